# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Test Component",
    "summary": "Components that exist only for tests",
    "version": "19.0.1.0.0",
    "author": "Odoo Connector Founders",
    "website": "https://github.com/odoo-connector/connector-suite",
    "license": "LGPL-3",
    "category": "Hidden",
    "development_status": "Beta",
    "depends": ["component"],
    "data": ["security/ir.model.access.csv"],
}
