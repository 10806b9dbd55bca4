# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Audit Trail (compatibility, 15.0 style)",
    "summary": "Listeners of record events, and events of its own",
    "version": "19.0.1.0.0",
    "author": "Odoo Connector Founders",
    "website": "https://github.com/odoo-connector/connector-suite",
    "license": "LGPL-3",
    "category": "Hidden/Tests",
    "depends": ["component_event"],
    "data": ["security/ir.model.access.csv"],
}
