# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Document Formats (compatibility, 14.0 style)",
    "summary": "Writers and readers of documents as components, without a connector",
    "version": "19.0.1.0.0",
    "author": "Odoo Connector Founders",
    "website": "https://github.com/odoo-connector/connector-suite",
    "license": "LGPL-3",
    "category": "Hidden/Tests",
    "depends": ["component"],
    "data": ["security/ir.model.access.csv"],
}
