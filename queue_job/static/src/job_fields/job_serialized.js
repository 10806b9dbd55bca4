import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const MAX_IDS = 8;

/**
 * One line for one value of typed JSON, as close as possible to what the developer
 * wrote: res.partner(3, 4), datetime(2026-11-23 05:00:00), ["a", 1].
 *
 * @param {any} value
 * @returns {string}
 */
export function formatJobValue(value) {
    if (Array.isArray(value)) {
        return `[${value.map(formatJobValue).join(", ")}]`;
    }
    if (value === null || typeof value !== "object") {
        return JSON.stringify(value);
    }
    if (value._type === "odoo_recordset") {
        return formatRecords(value);
    }
    if (value._type) {
        const type = value._type.replace(/^queue_job:/, "").replace(/_isoformat$/, "");
        const content = "value" in value ? value.value : { ...value, _type: undefined };
        return `${type}(${
            typeof content === "string" ? content : formatJobValue(content)
        })`;
    }
    // No template literal inside another: the minifier of Odoo's bundles breaks them.
    const items = Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .map(([key, item]) => `${key}: ${formatJobValue(item)}`);
    return `{${items.join(", ")}}`;
}

function formatRecords({ model, ids }) {
    const shown = ids.slice(0, MAX_IDS).join(", ");
    const more = ids.length > MAX_IDS ? `, … ${ids.length} records` : "";
    return `${model}(${shown}${more})`;
}

/** Arguments or records of a job, readable; records open on click. */
export class JobSerializedField extends Component {
    static template = "queue_job.JobSerializedField";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
    }

    /** @returns {{name: string, text: string, records: Object|null}[]} */
    get lines() {
        const value = this.props.record.data[this.props.name];
        if (!value) {
            return [];
        }
        if (value._type || typeof value !== "object") {
            return [this.line("", value)];
        }
        const entries = Array.isArray(value)
            ? value.map((item) => ["", item])
            : Object.entries(value);
        return entries.map(([name, item]) => this.line(name, item));
    }

    line(name, value) {
        const isRecords = value?._type === "odoo_recordset" && value.ids.length > 0;
        return { name, text: formatJobValue(value), records: isRecords ? value : null };
    }

    open({ model, ids }) {
        const single = ids.length === 1;
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: model,
            res_model: model,
            ...(single ? { res_id: ids[0] } : { domain: [["id", "in", ids]] }),
            views: single
                ? [[false, "form"]]
                : [
                      [false, "list"],
                      [false, "form"],
                  ],
        });
    }
}

registry.category("fields").add("job_serialized", {
    component: JobSerializedField,
    displayName: _t("Job Arguments"),
    supportedTypes: ["job_serialized", "json"],
});
