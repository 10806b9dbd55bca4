import { Component, onWillStart, useState } from "@odoo/owl";
import { useAutoRefresh } from "@queue_job/job_views/auto_refresh";
import { browser } from "@web/core/browser/browser";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { useDropdownState } from "@web/core/dropdown/dropdown_hooks";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { useBus, useService } from "@web/core/utils/hooks";

/** After something was clicked, jobs are looked for again, but not more often. */
const PAUSE = 15000; // milliseconds

/** The user's own jobs in the top bar: what runs, how far it is, and what failed. */
export class JobSystray extends Component {
    static template = "queue_job.JobSystray";
    static components = { Dropdown, DropdownItem };
    static props = {};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.bus = useService("bus_service");
        this.dropdown = useDropdownState();
        this.state = useState({ running: [], failed: [], failed_count: 0 });
        this.loadedAt = 0;
        onWillStart(() => {
            // The top bar does not wait for it.
            this.load();
        });
        useAutoRefresh({
            reload: () => this.load(),
            mayReload: (isTold) => isTold || this.state.running.length > 0,
            // Sent to the user of a job that reports its progress, and when it is over.
            notification: "queue_job/progress",
            onNotification: (payload) => this.onProgress(payload),
        });
        // Whatever the user did may have delayed a job.
        useBus(this.env.bus, "ACTION_MANAGER:UI-UPDATED", () => {
            if (browser.performance.now() - this.loadedAt > PAUSE) {
                this.load();
            }
        });
    }

    async load() {
        this.loadedAt = browser.performance.now();
        try {
            Object.assign(
                this.state,
                await this.orm.silent.call("queue.job", "get_my_jobs")
            );
        } catch (error) {
            // The web client says so itself; the next look follows by itself.
            if (!(error instanceof ConnectionLostError)) {
                throw error;
            }
        }
    }

    /** Show a progress at once; return whether the server has to be asked as well. */
    onProgress({ id, state, done, progress, message }) {
        const job = this.state.running.find((running) => running.id === id);
        if (!job || state !== "started" || done === null) {
            return true;
        }
        Object.assign(job, { progress, message: message || "" });
        return false;
    }

    get isVisible() {
        return this.state.running.length > 0 || this.state.failed_count > 0;
    }

    get badge() {
        const count = this.state.running.length + this.state.failed_count;
        return count > 99 ? "99+" : String(count);
    }

    get moreFailed() {
        return this.state.failed_count - this.state.failed.length;
    }

    relative(date) {
        return date ? deserializeDateTime(date).toRelative() : "";
    }

    open(job) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("Job"),
            res_model: "queue.job",
            res_id: job.id,
            views: [[false, "form"]],
        });
    }

    openAll() {
        return this.action.doAction("queue_job.action_queue_job", {
            additionalContext: { search_default_my_jobs: 1 },
            clearBreadcrumbs: true,
        });
    }
}

registry
    .category("systray")
    .add("queue_job.JobSystray", { Component: JobSystray }, { sequence: 22 });
