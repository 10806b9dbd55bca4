# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Photo Album (compatibility, 16.0 style)",
    "summary": "Graphs of jobs: chains, groups, splits and identity keys",
    "version": "19.0.1.0.0",
    "author": "Odoo Connector Founders",
    "website": "https://github.com/odoo-connector/connector-suite",
    "license": "LGPL-3",
    "category": "Hidden/Tests",
    "depends": ["queue_job"],
    "data": ["security/ir.model.access.csv"],
}
