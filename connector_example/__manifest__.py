# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Connector Example (Vendure)",
    "summary": "A complete connector to the Vendure shop, small enough to copy",
    "version": "19.0.1.0.0",
    "author": "Odoo Connector Founders",
    "website": "https://github.com/odoo-connector/connector-suite",
    "license": "LGPL-3",
    "category": "Connector",
    "development_status": "Beta",
    "application": True,
    "depends": ["connector_ecommerce", "stock_delivery"],
    "data": [
        "security/ir.model.access.csv",
        "security/vendure_rules.xml",
        "data/queue_job_channel_data.xml",
        "data/queue_job_function_data.xml",
        "data/ir_cron_data.xml",
        "views/vendure_backend_views.xml",
        "views/vendure_product_views.xml",
        "views/vendure_partner_views.xml",
        "views/vendure_sale_order_views.xml",
        "wizards/vendure_connect_views.xml",
        "views/vendure_menus.xml",
    ],
    "assets": {
        "web.assets_tests": ["connector_example/static/tests/tours/*.js"],
    },
}
