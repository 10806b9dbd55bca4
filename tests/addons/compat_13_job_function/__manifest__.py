# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Parcel Labels (compatibility, 13.0 style)",
    "summary": "Labels of a carrier as jobs, configured by job function records",
    "version": "19.0.1.0.0",
    "author": "Odoo Connector Founders",
    "website": "https://github.com/odoo-connector/connector-suite",
    "license": "LGPL-3",
    "category": "Hidden/Tests",
    "depends": ["queue_job"],
    "data": [
        "security/ir.model.access.csv",
        "data/queue_job_channel_data.xml",
        "data/queue_job_function_data.xml",
        "data/ir_cron_data.xml",
        "wizards/parcel_label_wizard_views.xml",
    ],
}
