# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import fields, models


class VendureProductProduct(models.Model):
    """A variant of the shop, bound to a product."""

    _name = "vendure.product.product"
    _inherit = ["vendure.binding", "ecommerce.product.mixin"]
    _inherits = {"product.product": "odoo_id"}
    _description = "Vendure product variant"

    odoo_id = fields.Many2one("product.product", required=True, ondelete="cascade")

    def import_stock(self) -> str:
        """Take the stock levels of the shop as the quantities on hand"""
        self.check_access("write")
        with self.backend_id.work_on(self._name) as work:
            return work.component(usage="stock.importer").run(self)


class ProductProduct(models.Model):
    _inherit = "product.product"

    vendure_bind_ids = fields.One2many(
        "vendure.product.product", "odoo_id", string="Vendure bindings", copy=False
    )
