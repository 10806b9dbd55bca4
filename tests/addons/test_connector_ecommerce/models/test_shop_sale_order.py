# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import fields, models


class TestShopSaleOrder(models.Model):
    _name = "test.shop.sale.order"
    _inherit = ["external.binding.mixin", "ecommerce.sale.order.mixin"]
    _inherits = {"sale.order": "odoo_id"}
    _description = "Order of a Shop in Memory"

    odoo_id = fields.Many2one("sale.order", required=True, ondelete="cascade")
    backend_id = fields.Many2one(
        "test.shop.backend", required=True, ondelete="restrict"
    )
