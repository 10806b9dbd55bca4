import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

registry.category("web_tour.tours").add("connector_backend_and_checkpoint", {
    url: "/odoo",
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {
            content: "The connectors have an application",
            trigger: '.o_app[data-menu-xmlid="connector.menu_connector_root"]',
            run: "click",
        },
        {
            trigger: 'button[data-menu-xmlid="connector.menu_connector"]',
            run: "click",
        },
        {
            trigger: 'a[data-menu-xmlid="test_connector.menu_test_backend"]',
            run: "click",
        },
        {
            trigger: ".o_data_cell:contains(Toured)",
            run: "click",
        },
        {
            content: "A backend that was never tested cannot be activated",
            trigger:
                ".o_form_view:not(:has(button[name=action_activate])) button[name=action_test_connection]",
            run: "click",
        },
        {
            trigger: ".o_notification:contains(Memory 1.0)",
        },
        {
            trigger: "button[name=action_activate]",
            run: "click",
        },
        {
            trigger: ".o_arrow_button_current[data-value=active]",
        },
        {
            trigger: "button[name=action_pause]",
            run: "click",
        },
        {
            trigger: ".o_arrow_button_current[data-value=paused]",
        },
        {
            content: "From the backend to what is to be reviewed",
            trigger: "button[name=action_view_checkpoints]:contains(2)",
            run: "click",
        },
        {
            trigger: ".o_data_row:contains(No tax of 7 %) button[name=reviewed]",
            run: "click",
        },
        {
            content: "One is reviewed, the other is opened",
            trigger: ".o_list_view:not(:has(.o_data_row:contains(No tax of 7 %)))",
        },
        {
            trigger: ".o_data_row:contains(No price) .o_data_cell:contains(Second)",
            run: "click",
        },
        {
            trigger: ".o_form_view button[name=action_open_record]",
            run: "click",
        },
        {
            trigger: ".o_form_view div[name=name] input:value(Second)",
        },
    ],
});
