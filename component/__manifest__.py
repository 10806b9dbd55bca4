# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Components",
    "summary": "Build services from small, reusable and extensible classes",
    "version": "19.0.1.0.0",
    "author": "Odoo Connector Founders",
    "website": "https://github.com/odoo-connector/connector-suite",
    "license": "LGPL-3",
    "category": "Connector",
    "development_status": "Beta",
    "depends": ["base"],
    "data": [
        "security/ir.model.access.csv",
        "views/component_registry_entry_views.xml",
    ],
}
