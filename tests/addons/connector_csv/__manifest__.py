# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "CSV Connector",
    "summary": "Contacts of files in a folder: another protocol, from the tutorial",
    "version": "19.0.1.0.0",
    "author": "Odoo Connector Founders",
    "website": "https://github.com/odoo-connector/connector-suite",
    "license": "LGPL-3",
    "category": "Hidden/Tests",
    "depends": ["connector"],
    "data": ["security/ir.model.access.csv", "data/queue_job_data.xml"],
}
