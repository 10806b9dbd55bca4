# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Queue Operations (compatibility, 17.0 style)",
    "summary": "What hosting tools rely on: runner, channels, routes, tables",
    "version": "19.0.1.0.0",
    "author": "Odoo Connector Founders",
    "website": "https://github.com/odoo-connector/connector-suite",
    "license": "LGPL-3",
    "category": "Hidden/Tests",
    "depends": ["queue_job"],
}
