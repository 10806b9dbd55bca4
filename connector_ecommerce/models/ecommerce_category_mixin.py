# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models


class EcommerceCategoryMixin(models.AbstractModel):
    """A category of a shop: a direct binding, it is the record itself.

    Odoo's own product categories carry the accounting and hold each product once; a
    shop shows one product in many. The concrete model adds `parent_id`, a Many2one to
    itself.
    """

    _name = "ecommerce.category.mixin"
    _inherit = "ecommerce.page.mixin"
    _description = "Category of a Shop"
    _parent_store = True
    _rec_name = "complete_name"
    _order = "complete_name"

    name = fields.Char(required=True, translate=True)
    complete_name = fields.Char(
        compute="_compute_complete_name", store=True, recursive=True
    )
    sequence = fields.Integer()
    parent_path = fields.Char(index=True)

    @api.depends("name", "parent_id.complete_name")
    def _compute_complete_name(self) -> None:
        for category in self:
            names = (category.parent_id.complete_name, category.name)
            category.complete_name = " / ".join(filter(None, names))
