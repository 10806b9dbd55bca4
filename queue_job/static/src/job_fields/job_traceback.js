import { Component } from "@odoo/owl";
import { CopyButton } from "@web/core/copy_button/copy_button";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** A traceback as plain text, never as HTML, with a button that copies it. */
export class JobTracebackField extends Component {
    static template = "queue_job.JobTracebackField";
    static components = { CopyButton };
    static props = { ...standardFieldProps };

    get text() {
        return this.props.record.data[this.props.name] || "";
    }
    get copyLabel() {
        return _t("Copy");
    }
    get copiedLabel() {
        return _t("Copied");
    }
}

registry.category("fields").add("job_traceback", {
    component: JobTracebackField,
    displayName: _t("Traceback"),
    supportedTypes: ["text", "char"],
});
