# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Webshop Connector (compatibility, 16.0 style)",
    "summary": "Orders, deliveries and prices with connector_ecommerce",
    "version": "19.0.1.0.0",
    "author": "Odoo Connector Founders",
    "website": "https://github.com/odoo-connector/connector-suite",
    "license": "LGPL-3",
    "category": "Hidden/Tests",
    "depends": ["connector_ecommerce"],
    "data": ["security/ir.model.access.csv", "views/webshop_views.xml"],
}
