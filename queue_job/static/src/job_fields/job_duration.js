import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * Seconds as people read them: "12 ms", "3.4 s", "2 min 5 s", "1 h 20 min",
 * "3 d 4 h".
 *
 * @param {number|false} seconds
 * @returns {string}
 */
export function formatJobDuration(seconds) {
    if (!seconds) {
        return "";
    }
    if (seconds < 1) {
        return _t("%s ms", Math.max(1, Math.round(seconds * 1000)));
    }
    if (seconds < 60) {
        return _t("%s s", formatFloat(seconds, { digits: [16, 1] }));
    }
    const minutes = Math.floor(seconds / 60);
    if (minutes < 60) {
        return _t("%(minutes)s min %(seconds)s s", {
            minutes,
            seconds: Math.floor(seconds % 60),
        });
    }
    const hours = Math.floor(minutes / 60);
    if (hours < 48) {
        return _t("%(hours)s h %(minutes)s min", { hours, minutes: minutes % 60 });
    }
    return _t("%(days)s d %(hours)s h", {
        days: Math.floor(hours / 24),
        hours: hours % 24,
    });
}

export class JobDurationField extends Component {
    static template = "queue_job.JobDurationField";
    static props = { ...standardFieldProps };

    get text() {
        return formatJobDuration(this.props.record.data[this.props.name]);
    }
}

registry.category("fields").add("job_duration", {
    component: JobDurationField,
    displayName: _t("Duration in Seconds"),
    supportedTypes: ["float", "integer"],
});
// Sums and averages at the foot of lists are formatted by widget name.
registry.category("formatters").add("job_duration", formatJobDuration);
