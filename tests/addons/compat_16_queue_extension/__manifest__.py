# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Jobs of Teams (compatibility, 16.0 style)",
    "summary": "Extends queue.job, its views, its hooks and its security",
    "version": "19.0.1.0.0",
    "author": "Odoo Connector Founders",
    "website": "https://github.com/odoo-connector/connector-suite",
    "license": "LGPL-3",
    "category": "Hidden/Tests",
    "depends": ["queue_job"],
    "data": [
        "security/team_security.xml",
        "security/ir.model.access.csv",
        "data/queue_job_function.xml",
        "views/queue_job_views.xml",
    ],
    "post_init_hook": "post_init_hook",
}
