import { registry } from "@web/core/registry";
import { formView } from "@web/views/form/form_view";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { listView } from "@web/views/list/list_view";
import { useAutoRefresh } from "./auto_refresh";

/** States that a worker can change at any moment. */
const LIVE_STATES = ["wait_dependencies", "pending", "enqueued", "started"];

export class JobListController extends listView.Controller {
    setup() {
        super.setup();
        useAutoRefresh({
            reload: () => this.model.load(),
            mayReload: () =>
                !this.model.useSampleModel &&
                !this.editedRecord &&
                !this.model.root.selection.length &&
                !document.activeElement?.closest(".o_data_row"),
        });
    }
}

export class JobKanbanController extends kanbanView.Controller {
    setup() {
        super.setup();
        useAutoRefresh({
            reload: () => this.model.load(),
            mayReload: () => !this.model.root.selection.length,
        });
    }
}

export class JobFormController extends formView.Controller {
    setup() {
        super.setup();
        useAutoRefresh({
            reload: () => this.model.root.load(),
            mayReload: async () =>
                this.model.root.resId &&
                this.isLive(this.model.root.data) &&
                !(await this.model.root.isDirty()),
        });
    }

    /** Whether a worker may change the job, or one in the picture of its graph. */
    isLive({ state, dependency_graph: graph }) {
        const states = [state, ...(graph?.nodes || []).map((node) => node.state)];
        return states.some((one) => LIVE_STATES.includes(one));
    }
}

const views = registry.category("views");
views.add("queue_job_list", { ...listView, Controller: JobListController });
views.add("queue_job_kanban", { ...kanbanView, Controller: JobKanbanController });
views.add("queue_job_form", { ...formView, Controller: JobFormController });
