# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models


class VendureProductCategory(models.Model):
    """A collection of the shop: a direct binding, it is the record itself.

    Odoo's own product categories carry the accounting and hold each product once;
    a shop shows one product in many collections.
    """

    _name = "vendure.product.category"
    _inherit = "vendure.binding"
    _description = "Vendure category"
    _parent_store = True
    _rec_name = "complete_name"
    _order = "complete_name"

    name = fields.Char(required=True, translate=True)
    complete_name = fields.Char(
        compute="_compute_complete_name", store=True, recursive=True
    )
    slug = fields.Char()
    sequence = fields.Integer()
    parent_id = fields.Many2one(
        "vendure.product.category", index=True, ondelete="cascade"
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("vendure.product.category", "parent_id")
    product_ids = fields.Many2many("vendure.product.template", string="Products")

    @api.depends("name", "parent_id.complete_name")
    def _compute_complete_name(self) -> None:
        for category in self:
            names = (category.parent_id.complete_name, category.name)
            category.complete_name = " / ".join(filter(None, names))
