# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Job Queue: faults (tests only)",
    "summary": "Jobs that leave traces, wait for a gate or kill their worker",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "Odoo Connector Founders",
    "website": "https://github.com/odoo-connector/connector-suite",
    "license": "LGPL-3",
    "depends": ["queue_job"],
    "data": ["security/ir.model.access.csv"],
}
