# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Job Queue Tests",
    "summary": "Models that exist for the tests of queue_job only",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "Odoo Connector Founders",
    "website": "https://github.com/odoo-connector/connector-suite",
    "license": "LGPL-3",
    "development_status": "Beta",
    "depends": ["queue_job"],
    "data": [
        "security/ir.model.access.csv",
        "data/queue_job_function_data.xml",
    ],
}
