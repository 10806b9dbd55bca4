# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Connector Import Bench",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "summary": "A connector with the generic importer, to measure it",
    "author": "Odoo Connector Founders",
    "website": "https://github.com/odoo-connector/connector-suite",
    "license": "LGPL-3",
    "development_status": "Beta",
    "depends": ["connector"],
    "data": ["security/ir.model.access.csv"],
}
