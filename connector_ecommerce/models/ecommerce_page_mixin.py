# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import fields, models


class EcommercePageMixin(models.AbstractModel):
    """The binding of what has a page in the shop."""

    _name = "ecommerce.page.mixin"
    _description = "Binding with a Page in a Shop"

    slug = fields.Char(copy=False, help="Last part of the address of its page.")

    def ensure_slug(self) -> None:
        """Give a slug, which no other page has, to those without."""
        for binding in self.with_context(connector_no_export=True):
            if not binding.slug:
                slug = self.env["ir.http"]._slugify(binding.name)
                binding.slug = f"{slug}-{binding.id}"
