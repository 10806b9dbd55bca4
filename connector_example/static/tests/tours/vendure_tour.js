import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const openShops = [
    stepUtils.showAppsMenuItem(),
    {
        content: "Open the connectors",
        trigger: '.o_app[data-menu-xmlid="connector.menu_connector_root"]',
        run: "click",
    },
    {
        content: "Open the menu of Vendure",
        trigger: '[data-menu-xmlid="connector_example.menu_vendure"]',
        run: "click",
    },
    {
        content: "Open the shops",
        trigger: '[data-menu-xmlid="connector_example.menu_vendure_backend"]',
        run: "click",
    },
];

registry.category("web_tour.tours").add("vendure_connect", {
    steps: () => [
        ...openShops,
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: "div[name=name] input", run: "edit My Vendure" },
        { trigger: "div[name=url] input", run: "edit http://127.0.0.1:8220" },
        {
            content: "The key is not shown",
            trigger: "div[name=api_key] input[type=password]",
            run: "edit recorded-key",
        },
        { trigger: "button[name=action_test_connection]", run: "click" },
        {
            content: "The shop answered",
            trigger: ".o_notification:contains(54 products)",
        },
        { trigger: "button[name=action_activate]", run: "click" },
        {
            content: "Import the orders",
            trigger: ".o_notebook button[name=action_import]:contains(Orders)",
            run: "click",
        },
        {
            content: "A job does it",
            trigger: ".o_notification:contains(in the background)",
        },
    ],
});

registry.category("web_tour.tours").add("vendure_order", {
    steps: () => [
        ...openShops,
        { trigger: "td[name=name]:contains(My Vendure)", run: "click" },
        {
            content: "The orders of the shop",
            trigger: ".oe_stat_button:contains(Orders):contains(24)",
            run: "click",
        },
        {
            content: "An order whose total is the shop's",
            trigger: "td[name=shop_amount_total]:contains(4,046.61)",
            run: "click",
        },
        {
            content: "Its order in Odoo",
            trigger: "div[name=odoo_id] a, div[name=odoo_id] .o_external_button",
            run: "click",
        },
        {
            content: "Has the same total",
            trigger: ".oe_subtotal_footer:contains(4,046.61)",
        },
    ],
});
