import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const ICONS = {
    ok: "fa-check-circle",
    warning: "fa-exclamation-triangle",
    error: "fa-times-circle",
};

/** What could keep jobs from running, what is wrong, and what to do about it. */
export class QueueJobDoctor extends Component {
    static template = "queue_job.Doctor";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.display = { controlPanel: {} };
        this.icons = ICONS;
        this.state = useState({ findings: [], isBusy: false });
        onWillStart(() => this.examine());
    }

    async examine() {
        this.state.isBusy = true;
        try {
            this.state.findings = await this.orm.call("queue.job.doctor", "examine");
        } finally {
            this.state.isBusy = false;
        }
    }

    /** What is wrong comes first. */
    get findings() {
        const levels = ["error", "warning", "ok"];
        return [...this.state.findings].sort(
            (one, other) => levels.indexOf(one.level) - levels.indexOf(other.level)
        );
    }

    count(level) {
        return this.state.findings.filter((finding) => finding.level === level).length;
    }

    /** @returns {{level: string, title: string, text: string}} */
    get verdict() {
        if (this.count("error")) {
            return {
                level: "error",
                title: _t("Jobs do not run"),
                text: _t("Begin with what is on top; the rest may follow from it."),
            };
        }
        if (this.count("warning")) {
            return {
                level: "warning",
                title: _t("Jobs run, but not as they could"),
                text: _t("%s things could be better.", this.count("warning")),
            };
        }
        return {
            level: "ok",
            title: _t("The queue is in good health"),
            text: _t("All %s checks passed.", this.count("ok")),
        };
    }
}

registry.category("actions").add("queue_job_doctor", QueueJobDoctor);
