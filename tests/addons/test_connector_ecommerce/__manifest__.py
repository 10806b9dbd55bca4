# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Test Connector for E-Commerce",
    "summary": "A shop in memory, for the tests of connector_ecommerce",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "Odoo Connector Founders",
    "website": "https://github.com/odoo-connector/connector-suite",
    "license": "LGPL-3",
    "depends": ["connector_ecommerce"],
    "data": ["security/ir.model.access.csv"],
    "assets": {
        "web.assets_tests": ["test_connector_ecommerce/static/tests/tours/**/*"],
    },
}
