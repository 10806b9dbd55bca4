import { registry } from "@web/core/registry";
import { formView } from "@web/views/form/form_view";
import { listView } from "@web/views/list/list_view";
import { useAutoRefresh } from "../job_views/auto_refresh";

/** Type of the bus's messages to the user of a batch whose counts changed. */
const UPDATED = "queue.job.batch/updated";

export class BatchListController extends listView.Controller {
    setup() {
        super.setup();
        useAutoRefresh({
            reload: () => this.model.load(),
            notification: UPDATED,
            mayReload: () => !this.model.root.selection.length,
        });
    }
}

export class BatchFormController extends formView.Controller {
    setup() {
        super.setup();
        useAutoRefresh({
            reload: () => this.model.root.load(),
            notification: UPDATED,
            onNotification: ({ id }) => id === this.model.root.resId,
            mayReload: () => this.model.root.data.state !== "finished",
        });
    }
}

const views = registry.category("views");
views.add("queue_job_batch_list", { ...listView, Controller: BatchListController });
views.add("queue_job_batch_form", { ...formView, Controller: BatchFormController });
