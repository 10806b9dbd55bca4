# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Connector Tests",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "summary": "A backend in memory, with bindings of both styles, to test connector",
    "author": "Odoo Connector Founders",
    "website": "https://github.com/odoo-connector/connector-suite",
    "license": "LGPL-3",
    "development_status": "Beta",
    "depends": ["connector"],
    "data": ["security/ir.model.access.csv", "views/test_backend_views.xml"],
    "assets": {"web.assets_tests": ["test_connector/static/tests/tours/*.js"]},
}
