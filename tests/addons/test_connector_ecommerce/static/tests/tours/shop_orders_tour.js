import { registry } from "@web/core/registry";

const row = (text) => `.o_data_row:contains('${text}')`;

registry.category("web_tour.tours").add("test_connector_ecommerce_received_orders", {
    url: "/odoo/shop-orders",
    steps: () => [
        {
            content: "The order that is not in Odoo says why",
            trigger: `${row("S-FAILED")} td[name='review_reason']:contains('7.7 %')`,
            run: "click",
        },
        {
            content: "Its form repeats it",
            trigger: ".o_form_view div[name='review_reason']:contains('7.7 %')",
        },
        {
            content: "The tax exists now: import it again",
            trigger: "button[name='action_import_again']",
            run: "click",
        },
        {
            content: "Go to the order that was imported",
            trigger: ".o_back_button, .breadcrumb-item a:contains('Received Orders')",
            run: "click",
        },
        {
            trigger: `${row("S-EDITED")} td[name='review_reason']:contains('delivered')`,
            run: "click",
        },
        {
            trigger: "button[name='action_open_order']",
            run: "click",
        },
        {
            content: "What is left to a person is above the order",
            trigger: ".o_form_view div[name='shop_problem']:contains('delivered')",
        },
        {
            content: "It is done",
            trigger: "button[name='action_ignore_shop_problem']",
            run: "click",
        },
        {
            trigger: ".o_form_view:not(:has(div[name='shop_problem']))",
        },
    ],
});

registry.category("web_tour.tours").add("test_connector_ecommerce_blocked_order", {
    url: "/odoo/action-connector_ecommerce.action_order_review",
    steps: () => [
        {
            content: "The order whose totals differ is listed with its reason",
            trigger: `${row("Blocked")} td[name='review_reason']:contains('Totals differ')`,
            run: "click",
        },
        {
            content: "The form says why it can't be confirmed",
            trigger: ".o_form_view div[name='blocking_reason']:contains('Totals differ')",
        },
        {
            content: "Try all the same",
            trigger: "button[name='action_confirm']:visible",
            run: "click",
        },
        {
            content: "It is refused, with the reason",
            trigger: ".modal:contains('Totals differ')",
        },
        {
            trigger: ".modal footer button",
            run: "click",
        },
        {
            content: "A manager lets it go",
            trigger:
                "body:not(:has(.modal)) div[name='blocking_reason'] .o_field_widget[name='ignore_blocking_rules'] input",
            run: "check",
        },
        {
            trigger: "button[name='action_confirm']:visible",
            run: "click",
        },
        {
            content: "The order is confirmed",
            trigger: ".o_statusbar_status button.o_arrow_button_current:contains('Sales Order')",
        },
    ],
});

registry.category("web_tour.tours").add("test_connector_ecommerce_funnel", {
    url: "/odoo/shop-order-funnel",
    steps: () => [
        {
            content: "The funnel is drawn",
            trigger: ".o_graph_view .o_graph_canvas_container canvas",
        },
        {
            content: "The same as a list",
            trigger: ".o_switch_view.o_list",
            run: "click",
        },
        {
            content: "An order has a line for each stage it reached",
            trigger: `${row("S-EDITED")}:contains('Received')`,
        },
        {
            trigger: `${row("S-EDITED")}:contains('Blocked')`,
        },
    ],
});
