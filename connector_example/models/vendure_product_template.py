# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import base64

from odoo import fields, models


class VendureProductTemplate(models.Model):
    """A product of the shop, bound to a product template."""

    _name = "vendure.product.template"
    _inherit = "vendure.binding"
    _inherits = {"product.template": "odoo_id"}
    _description = "Vendure product"

    odoo_id = fields.Many2one("product.template", required=True, ondelete="cascade")
    slug = fields.Char()
    image_url = fields.Char()
    category_ids = fields.Many2many("vendure.product.category", string="Categories")

    def import_image(self) -> None:
        """Import the main image of the product"""
        self.ensure_one()
        with self.backend_id.work_on(self._name) as work:
            content = work.component(usage="backend.adapter").download(self.image_url)
        self.with_context(connector_no_export=True).image_1920 = base64.b64encode(
            content
        )


class ProductTemplate(models.Model):
    _inherit = "product.template"

    vendure_bind_ids = fields.One2many(
        "vendure.product.template", "odoo_id", string="Vendure bindings", copy=False
    )
