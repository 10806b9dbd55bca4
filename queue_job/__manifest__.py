# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Job Queue",
    "summary": "Run methods later, in parallel, exactly once: a fast job queue",
    "version": "19.0.1.0.0",
    "category": "Technical",
    "author": "Odoo Connector Founders",
    "website": "https://github.com/odoo-connector/connector-suite",
    "license": "LGPL-3",
    "development_status": "Beta",
    "depends": ["mail"],
    "data": [
        "security/queue_job_groups.xml",
        "security/queue_job_rules.xml",
        "security/ir.model.access.csv",
        "data/queue_job_data.xml",
        "data/queue_job_function_data.xml",
        "wizards/queue_requeue_job_views.xml",
        "wizards/queue_jobs_to_done_views.xml",
        "wizards/queue_jobs_to_cancelled_views.xml",
        "views/queue_job_views.xml",
        "views/queue_job_search_views.xml",
        "views/queue_job_report_views.xml",
        "views/queue_job_channel_views.xml",
        "views/queue_job_function_views.xml",
        "views/queue_job_menus.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "queue_job/static/src/**/*",
        ],
        "web.assets_tests": [
            "queue_job/static/tests/tours/**/*",
        ],
    },
    "application": True,
    "installable": True,
}
