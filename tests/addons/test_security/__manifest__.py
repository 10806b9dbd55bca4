# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Test Security",
    "summary": "Who may do what, in all the addons together",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "Odoo Connector Founders",
    "website": "https://github.com/odoo-connector/connector-suite",
    "license": "LGPL-3",
    "depends": ["connector_example"],
}
