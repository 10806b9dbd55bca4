# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import fields, models


class TestShopStockPicking(models.Model):
    _name = "test.shop.stock.picking"
    _inherit = ["external.binding.mixin", "ecommerce.shipment.mixin"]
    _inherits = {"stock.picking": "odoo_id"}
    _description = "Shipment of a Shop in Memory"

    odoo_id = fields.Many2one("stock.picking", required=True, ondelete="cascade")
    backend_id = fields.Many2one(
        "test.shop.backend", required=True, ondelete="restrict"
    )
    shop_order_id = fields.Many2one(
        "test.shop.sale.order", required=True, ondelete="cascade"
    )
