# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.addons.component.core import Component


class WebhookImporter(Component):
    """Import what the plugin of the shop tells (`vendure-plugin/odoo.js`)."""

    _name = "vendure.webhook.importer"
    _inherit = ["generic.webhook.importer", "vendure.base"]

    _imports = {
        "order": "vendure.sale.order",
        "product": "vendure.product.template",
        "customer": "vendure.res.partner",
        "collection": "vendure.product.category",
    }
    _deletions = {
        "product.deleted": "vendure.product.template",
        "customer.deleted": "vendure.res.partner",
    }
