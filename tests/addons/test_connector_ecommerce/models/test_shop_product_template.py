# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import fields, models


class TestShopProductTemplate(models.Model):
    _name = "test.shop.product.template"
    _inherit = ["external.binding.mixin", "ecommerce.product.template.mixin"]
    _inherits = {"product.template": "odoo_id"}
    _description = "Product with Variants of a Shop in Memory"

    odoo_id = fields.Many2one("product.template", required=True, ondelete="cascade")
    backend_id = fields.Many2one(
        "test.shop.backend", required=True, ondelete="restrict"
    )
    category_ids = fields.Many2many("test.shop.product.category")
