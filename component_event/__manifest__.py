# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Component Events",
    "summary": "Notify listeners of what happens to records",
    "version": "19.0.1.0.0",
    "author": "Odoo Connector Founders",
    "website": "https://github.com/odoo-connector/connector-suite",
    "license": "LGPL-3",
    "category": "Connector",
    "development_status": "Beta",
    "depends": ["component"],
    "data": [
        "security/ir.model.access.csv",
        "views/component_event_listener_views.xml",
    ],
}
