# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Connector",
    "version": "19.0.1.0.0",
    "category": "Connector",
    "summary": "Backends, bindings, mappers, importers and exporters for any connector",
    "author": "Odoo Connector Founders",
    "website": "https://github.com/odoo-connector/connector-suite",
    "license": "LGPL-3",
    "development_status": "Beta",
    "depends": ["mail", "queue_job", "component", "component_event"],
    "data": [
        "security/connector_groups.xml",
        "security/ir.model.access.csv",
        "security/connector_rules.xml",
        "views/connector_checkpoint_views.xml",
        "views/connector_sync_cursor_views.xml",
        "wizards/connector_checkpoint_review_views.xml",
        "views/res_partner_views.xml",
        "views/connector_menus.xml",
        "views/connector_call_log_views.xml",
        "views/connector_webhook_event_views.xml",
    ],
}
