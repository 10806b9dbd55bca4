# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import fields, models


class TestShopProductProduct(models.Model):
    _name = "test.shop.product.product"
    _inherit = ["external.binding.mixin", "ecommerce.product.mixin"]
    _inherits = {"product.product": "odoo_id"}
    _description = "Product of a Shop in Memory"

    odoo_id = fields.Many2one("product.product", required=True, ondelete="cascade")
    backend_id = fields.Many2one(
        "test.shop.backend", required=True, ondelete="restrict"
    )
