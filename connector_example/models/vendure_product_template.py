# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import fields, models


class VendureProductTemplate(models.Model):
    """A product of the shop, bound to a product template."""

    _name = "vendure.product.template"
    _inherit = ["vendure.binding", "ecommerce.product.template.mixin"]
    _inherits = {"product.template": "odoo_id"}
    _description = "Vendure product"

    odoo_id = fields.Many2one("product.template", required=True, ondelete="cascade")
    slug = fields.Char()
    category_ids = fields.Many2many("vendure.product.category", string="Categories")


class ProductTemplate(models.Model):
    _inherit = "product.template"

    vendure_bind_ids = fields.One2many(
        "vendure.product.template", "odoo_id", string="Vendure bindings", copy=False
    )
