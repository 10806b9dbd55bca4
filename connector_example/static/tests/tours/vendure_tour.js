import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const openMenu = [
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
];

const openShops = [
    ...openMenu,
    {
        content: "Open the shops",
        trigger: '[data-menu-xmlid="connector_example.menu_vendure_backend"]',
        run: "click",
    },
];

registry.category("web_tour.tours").add("vendure_connect", {
    steps: () => [
        ...openMenu,
        {
            content: "Connect a first shop",
            trigger: '[data-menu-xmlid="connector_example.menu_vendure_connect"]',
            run: "click",
        },
        { trigger: ".modal div[name=name] input", run: "edit My Vendure" },
        {
            content: "Where it is: the test says it in the address of this page",
            trigger: ".modal div[name=location] input",
            run: `edit ${new URLSearchParams(window.location.search).get("shop")}`,
        },
        {
            content: "The key is not shown",
            trigger: ".modal div[name=auth_secret] input[type=password]",
            run: `edit ${new URLSearchParams(window.location.search).get("key")}`,
        },
        { trigger: ".modal button[name=action_connect]", run: "click" },
        {
            content: "The shop answered",
            trigger: ".modal .alert-success:contains(Connected)",
        },
        { trigger: ".modal button[name=action_start]", run: "click" },
        {
            content: "Jobs import it",
            trigger: ".modal p:contains(in the background)",
        },
    ],
});

registry.category("web_tour.tours").add("vendure_ship", {
    steps: () => [
        ...openShops,
        { trigger: "td[name=name]:contains(My Vendure)", run: "click" },
        {
            content: "The products of the shop",
            trigger: "tr:has(td:contains(Vendure product)) td[name=binding_count]:contains(5)",
        },
        {
            content: "The orders of the shop",
            trigger:
                "tr:has(td:contains(Vendure order)):has(td[name=binding_count]:contains(24)) button[name=action_view_bindings]",
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
            content: "Is confirmed",
            trigger: ".o_arrow_button_current:contains(Sales Order)",
        },
        {
            content: "Has the same total",
            trigger: ".oe_subtotal_footer:contains(4,046.61)",
        },
        {
            content: "Its delivery",
            trigger: "button[name=action_view_delivery]",
            run: "click",
        },
        { trigger: "a[name=extra]", run: "click" },
        {
            content: "Leaves with a tracking number",
            trigger: "div[name=carrier_tracking_ref] input",
            run: "edit 1Z999",
        },
        { trigger: "button[name=button_validate]", run: "click" },
        {
            content: "And is done",
            trigger: ".o_arrow_button_current:contains(Done)",
        },
    ],
});
