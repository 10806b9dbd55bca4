# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Feedback Connector (compatibility, 19.0 style)",
    "summary": "Surveys of a service in two hundred lines, with typed code of today",
    "version": "19.0.1.0.0",
    "author": "Odoo Connector Founders",
    "website": "https://github.com/odoo-connector/connector-suite",
    "license": "LGPL-3",
    "category": "Hidden/Tests",
    "depends": ["connector"],
    "data": [
        "security/feedback_groups.xml",
        "security/ir.model.access.csv",
        "data/queue_job_data.xml",
        "views/feedback_views.xml",
    ],
}
