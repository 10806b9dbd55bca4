# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Kassa Connector (compatibility, 10.0 style)",
    "summary": "Customers of a till, with job decorators and checkpoints",
    "version": "19.0.1.0.0",
    "author": "Odoo Connector Founders",
    "website": "https://github.com/odoo-connector/connector-suite",
    "license": "LGPL-3",
    "category": "Hidden/Tests",
    "depends": ["connector"],
    "data": [
        "security/ir.model.access.csv",
        "views/kassa_backend_views.xml",
    ],
}
