# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Night Work (compatibility, 18.0 style)",
    "summary": "Scheduled actions as jobs, batches of jobs, subscriptions",
    "version": "19.0.1.0.0",
    "author": "Odoo Connector Founders",
    "website": "https://github.com/odoo-connector/connector-suite",
    "license": "LGPL-3",
    "category": "Hidden/Tests",
    # was: queue_job_cron, queue_job_batch, queue_job_subscribe, base_import_async
    "depends": ["queue_job"],
    "data": [
        "security/night_security.xml",
        "security/ir.model.access.csv",
        "data/ir_cron.xml",
    ],
}
