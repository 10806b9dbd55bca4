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

registry.category("web_tour.tours").add("connector_preview_and_review", {
    url: "/odoo",
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {
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
            content: "The form lists the models of the backend, and what to do with them",
            trigger:
                ".o_field_widget[name=sync_model_ids] .o_data_row:contains(Test Item Binding) button[name=action_preview]",
            run: "click",
        },
        {
            trigger: ".modal div[name=external_id] input",
            run: "edit 7",
        },
        {
            trigger: ".modal footer button[name=action_preview]",
            run: "click",
        },
        {
            content: "Each value with the rule that gave it",
            trigger: ".modal .o_data_row:contains(direct 'name' -> 'name'):contains(Seven)",
        },
        {
            content: "and what is wrong",
            trigger: ".modal .o_data_row.text-danger:contains(TypeError)",
        },
        {
            trigger: ".modal footer button.btn-secondary, .modal footer button:contains(Close)",
            run: "click",
        },
        {
            content: "Checkpoints are reviewed together",
            trigger: "body:not(:has(.modal)) button[name=action_view_checkpoints]:contains(2)",
            run: "click",
        },
        {
            trigger: ".o_list_view thead .o_list_record_selector input",
            run: "click",
        },
        {
            trigger: ".o_cp_action_menus .dropdown-toggle:contains(Actions)",
            run: "click",
        },
        {
            trigger: ".o-dropdown--menu .o_menu_item:contains(Review Checkpoints)",
            run: "click",
        },
        {
            trigger: ".modal div[name=note] textarea",
            run: "edit All are right",
        },
        {
            trigger: ".modal footer button[name=review]",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) .o_view_nocontent",
        },
    ],
});
