# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import fields, models


class TestShopAccountMove(models.Model):
    _name = "test.shop.account.move"
    _inherit = ["external.binding.mixin", "ecommerce.invoice.mixin"]
    _inherits = {"account.move": "odoo_id"}
    _description = "Invoice of a Shop in Memory"

    odoo_id = fields.Many2one("account.move", required=True, ondelete="cascade")
    backend_id = fields.Many2one(
        "test.shop.backend", required=True, ondelete="restrict"
    )
    shop_order_id = fields.Many2one(
        "test.shop.sale.order", required=True, ondelete="cascade"
    )
