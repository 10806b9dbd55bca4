# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Connector for E-Commerce",
    "summary": "What every shop connector shares: orders, customers, taxes, "
    "stock, shipments, cancellations",
    "version": "19.0.1.0.0",
    "category": "Connector",
    "author": "Odoo Connector Founders",
    "website": "https://github.com/odoo-connector/connector-suite",
    "license": "LGPL-3",
    "development_status": "Beta",
    "depends": [
        "connector",
        "stock_delivery",
    ],
    "data": [
        "security/groups.xml",
        "security/ir.model.access.csv",
        "security/rules.xml",
        "data/product_data.xml",
        "data/ecommerce_order_workflow_data.xml",
        "data/sale_blocking_rule_data.xml",
        "wizards/sale_ignore_cancel_views.xml",
        "views/ecommerce_order_receipt_views.xml",
        "views/sale_order_views.xml",
        "views/sale_blocking_rule_views.xml",
        "views/account_move_views.xml",
        "views/delivery_carrier_views.xml",
        "views/account_payment_method_line_views.xml",
        "views/stock_picking_views.xml",
        "views/product_views.xml",
    ],
    "assets": {
        "web.assets_tests": [
            "connector_ecommerce/static/tests/tours/**/*",
        ],
    },
}
