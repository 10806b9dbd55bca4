import { Component, onWillStart, useState } from "@odoo/owl";
import { formatJobDuration } from "@queue_job/job_fields/job_duration";
import { useAutoRefresh } from "@queue_job/job_views/auto_refresh";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { groupBy } from "@web/core/utils/arrays";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { ChannelTree } from "./channel_tree";
import { formatCount } from "./format";
import { ThroughputChart } from "./throughput_chart";

const PERIODS = [1, 6, 24];
/** Figures that are not about a list of jobs. */
const ACTIONS = {
    statistics: "queue_job.action_queue_job_stat",
    workers: "queue_job.action_queue_job_worker",
};

/** What the queue does, live; each number opens the jobs behind it. */
export class QueueJobDashboard extends Component {
    static template = "queue_job.Dashboard";
    static components = { ChannelTree, Layout, ThroughputChart };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.display = { controlPanel: {} };
        this.periods = PERIODS;
        this.formatCount = formatCount;
        this.formatDuration = formatJobDuration;
        this.state = useState({ hours: PERIODS[0], isEditing: false });
        this.data = useState({});
        onWillStart(() => this.load());
        useAutoRefresh({
            reload: () => this.load(),
            mayReload: () => !this.state.isEditing,
            notification: "queue_job/activity",
        });
    }

    async load() {
        const { hours } = this.state;
        const data = await this.orm.silent.call("queue.job.dashboard", "get_figures", [
            hours,
        ]);
        // An answer that came late says nothing about the period chosen meanwhile.
        if (hours === this.state.hours) {
            Object.assign(this.data, data);
        }
    }

    async setPeriod(hours) {
        this.state.hours = hours;
        await this.load();
    }

    get periodLabel() {
        return this.data.hours === 1
            ? _t("last hour")
            : _t("last %s hours", this.data.hours);
    }

    /**
     * @returns {{what: string, icon: string, label: string, value: string, tone?: string,
     *     notes: {text: string, what?: string}[]}[]} a note with a figure opens its jobs
     */
    get cards() {
        const { backlog, throughput, workers } = this.data;
        const about = backlog.is_exact ? "" : "≈ ";
        const alive = workers.filter((worker) => worker.is_alive);
        const done = throughput.outcomes.done || 0;
        return [
            {
                what: "waiting",
                icon: "fa-inbox",
                label: _t("Waiting"),
                value: about + formatCount(backlog.waiting),
                notes: this.waitingNotes(backlog, about),
            },
            {
                what: "running",
                icon: "fa-bolt",
                label: _t("Running"),
                value: formatCount(backlog.running),
                notes: [
                    {
                        text: backlog.longest_run
                            ? _t("longest for %s", formatJobDuration(backlog.longest_run))
                            : _t("no job runs"),
                    },
                ],
            },
            {
                what: "failed_lately",
                icon: "fa-exclamation-triangle",
                label: _t("Failed, %s", this.periodLabel),
                value: about + formatCount(backlog.failed_lately),
                notes: [
                    {
                        what: "failed",
                        text: _t("%s failed in all", about + formatCount(backlog.failed)),
                    },
                ],
                tone: backlog.failed_lately ? "danger" : "",
            },
            {
                what: "done",
                icon: "fa-check",
                label: _t("Done, %s", this.periodLabel),
                value: formatCount(done),
                notes: [
                    {
                        what: "statistics",
                        text: _t("%s per minute", formatCount(done / (60 * this.data.hours))),
                    },
                ],
            },
            {
                what: "oldest",
                icon: "fa-hourglass-half",
                label: _t("Oldest Waiting"),
                value: formatJobDuration(backlog.oldest_wait) || "–",
                notes: [
                    {
                        text: backlog.oldest_wait
                            ? _t("since it was created")
                            : _t("none waits"),
                    },
                ],
            },
            {
                what: "statistics",
                icon: "fa-tachometer",
                label: _t("Wait, 95 %"),
                value: formatJobDuration(throughput.wait_p95) || "–",
                notes: [{ text: _t("of the jobs waited less") }],
            },
            {
                what: "slowest",
                icon: "fa-clock-o",
                label: _t("Run Time, 95 %"),
                value: formatJobDuration(throughput.run_p95) || "–",
                notes: [{ text: _t("of the attempts took less") }],
            },
            {
                what: "workers",
                icon: "fa-server",
                label: _t("Workers Alive"),
                value: formatCount(alive.length),
                notes: [{ text: this.workersNote(alive) }],
                tone: alive.length ? "" : "warning",
            },
        ];
    }

    waitingNotes(backlog, about) {
        const notes = [];
        if (backlog.scheduled) {
            const count = about + formatCount(backlog.scheduled);
            notes.push({ what: "scheduled", text: _t("%s scheduled", count) });
        }
        if (backlog.wait_dependencies) {
            const count = about + formatCount(backlog.wait_dependencies);
            notes.push({ what: "wait_dependencies", text: _t("%s have parents", count) });
        }
        return notes.length ? notes : [{ text: _t("nothing scheduled") }];
    }

    workersNote(alive) {
        if (!alive.length) {
            return _t("Odoo's cron runs the jobs");
        }
        const hosts = new Set(alive.map((worker) => worker.host)).size;
        const idle = alive.filter((worker) => worker.is_idle).length;
        return hosts === 1
            ? _t("%s idle, on one host", idle)
            : _t("%(idle)s idle, on %(hosts)s hosts", { idle, hosts });
    }

    /** @returns {{name: string, workers: Object[]}[]} */
    get hosts() {
        const byHost = groupBy(this.data.workers, (worker) => worker.host);
        return Object.entries(byHost).map(([name, workers]) => ({ name, workers }));
    }

    workerTitle(worker) {
        const doing = worker.is_idle
            ? _t("idle")
            : _t("%s jobs taken", formatCount(worker.jobs));
        return worker.is_alive
            ? _t("Process %(pid)s: %(doing)s, up for %(uptime)s", {
                  pid: worker.pid,
                  doing,
                  uptime: formatJobDuration(worker.uptime),
              })
            : _t("Process %s is dead; its jobs go back into the queue", worker.pid);
    }

    exceptionLabel(group) {
        return group.exc_name || _t("no exception");
    }

    relative(date) {
        return deserializeDateTime(date).toRelative();
    }

    /**
     * Open the jobs behind a figure.
     *
     * @param {string} what name of the figure
     * @param {string} title
     * @param {Object} [of] channel, function, exc_name or worker_id: only of these
     */
    async open(what, title, of = {}) {
        if (what in ACTIONS) {
            return this.action.doAction(ACTIONS[what]);
        }
        const { action, order_by: orderBy } = await this.orm.call(
            "queue.job.dashboard",
            "open_jobs",
            [what],
            { hours: this.data.hours, ...of }
        );
        return this.action.doAction(
            { ...action, name: title, display_name: title },
            orderBy.length ? { props: { orderBy } } : {}
        );
    }

    retry(group) {
        const name = this.exceptionLabel(group);
        this.dialog.add(ConfirmationDialog, {
            title: _t("Retry these jobs?"),
            body: _t("%(count)s jobs that failed with %(name)s will run again.", {
                count: formatCount(group.count),
                name,
            }),
            confirmLabel: _t("Retry All"),
            confirm: async () => {
                const count = await this.orm.call(
                    "queue.job.dashboard",
                    "retry_failures",
                    [group.exc_name || false]
                );
                this.notification.add(
                    _t("%s jobs are back in the queue.", formatCount(count)),
                    { type: "success" }
                );
                await this.load();
            },
            cancel: () => {},
        });
    }
}

registry.category("actions").add("queue_job_dashboard", QueueJobDashboard);
