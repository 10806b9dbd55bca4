import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("connector_ecommerce_order_review", {
    url: "/odoo/action-connector_ecommerce.action_order_review",
    steps: () => [
        {
            content: "The order is listed with its reason",
            trigger:
                ".o_data_row:contains('Tour order') td[name='review_reason']:contains('Cancelled in the shop')",
            run: "click",
        },
        {
            content: "The form says that it was cancelled in the shop",
            trigger: ".o_form_view div[name='canceled_in_backend']",
        },
        {
            content: "Keep the order open",
            trigger: "button[name='action_ignore_cancellation']",
            run: "click",
        },
        {
            content: "Say why",
            trigger: ".modal div[name='reason'] .odoo-editor-editable",
            run: "editor The customer called",
        },
        {
            trigger: ".modal button[name='confirm_ignore_cancel']",
            run: "click",
        },
        {
            content: "Nothing is left to be done, the reason is in the messages",
            trigger: "body:not(:has(.modal)) .o-mail-Message:contains('The customer called')",
        },
        {
            trigger: ".o_form_view:not(:has(div[name='canceled_in_backend']))",
        },
    ],
});
