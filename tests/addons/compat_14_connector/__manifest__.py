# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Bazaar Connector (compatibility, 14.0 style)",
    "summary": "Both ways with a marketplace: mappers, children, dependencies, locks",
    "version": "19.0.1.0.0",
    "author": "Odoo Connector Founders",
    "website": "https://github.com/odoo-connector/connector-suite",
    "license": "LGPL-3",
    "category": "Hidden/Tests",
    "depends": ["connector"],
    "data": [
        "security/bazaar_security.xml",
        "security/ir.model.access.csv",
        "data/queue_job_data.xml",
        "views/bazaar_backend_views.xml",
    ],
}
