# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import fields, models


class EcommercePublishedMixin(models.AbstractModel):
    """What the bindings of products and variants keep: each shop shows it or not."""

    _name = "ecommerce.published.mixin"
    _inherit = "ecommerce.image.mixin"
    _description = "Binding of what a Shop Shows"

    shop_published = fields.Boolean(
        string="Visible in the Shop",
        default=True,
        help="Whether this shop shows the product; others may not.",
    )


class EcommerceProductTemplateMixin(models.AbstractModel):
    """The binding of a product with its variants, which has a page in the shop."""

    _name = "ecommerce.product.template.mixin"
    _inherit = ["ecommerce.published.mixin", "ecommerce.page.mixin"]
    _inherits = {"product.template": "odoo_id"}
    _description = "Binding of a Shop's Product with Variants"

    odoo_id = fields.Many2one("product.template", required=True, ondelete="cascade")


class EcommerceProductMixin(models.AbstractModel):
    """The binding of a product (variant), with what it keeps of the shop."""

    _name = "ecommerce.product.mixin"
    _inherit = "ecommerce.published.mixin"
    _inherits = {"product.product": "odoo_id"}
    _description = "Binding of a Shop's Product"

    _image_field = "image_variant_1920"

    odoo_id = fields.Many2one("product.product", required=True, ondelete="cascade")
    shop_quantity = fields.Float(
        string="Quantity in the Shop",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="What was exported last.",
    )
    shop_quantity_date = fields.Datetime(
        string="Quantity Exported on", readonly=True, copy=False
    )
    shop_prices = fields.Json(
        string="Prices in the Shop",
        readonly=True,
        copy=False,
        help="What was exported last, by code of the price list.",
    )

    def import_stock(self) -> str:
        """Take the quantities on hand from the shop"""
        self.check_access("write")
        self.backend_id._check_sync_allowed()
        with self.backend_id.work_on(self._name) as work:
            return work.component(usage="stock.importer").run(self)
