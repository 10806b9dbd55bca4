# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import fields, models


class TestShopProductCategory(models.Model):
    _name = "test.shop.product.category"
    _inherit = ["external.binding.mixin", "ecommerce.category.mixin"]
    _description = "Category of a Shop in Memory"

    backend_id = fields.Many2one(
        "test.shop.backend", required=True, ondelete="restrict"
    )
    parent_id = fields.Many2one("test.shop.product.category", ondelete="cascade")
