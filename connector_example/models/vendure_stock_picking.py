# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import fields, models


class VendureStockPicking(models.Model):
    """A shipment told to the shop: its fulfilment, bound to a transfer."""

    _name = "vendure.stock.picking"
    _inherit = ["vendure.binding", "ecommerce.shipment.mixin"]
    _inherits = {"stock.picking": "odoo_id"}
    _description = "Vendure shipment"

    odoo_id = fields.Many2one("stock.picking", required=True, ondelete="cascade")
    shop_order_id = fields.Many2one(
        "vendure.sale.order", required=True, index=True, ondelete="cascade"
    )


class StockPicking(models.Model):
    _inherit = "stock.picking"

    vendure_bind_ids = fields.One2many(
        "vendure.stock.picking", "odoo_id", string="Vendure bindings", copy=False
    )
