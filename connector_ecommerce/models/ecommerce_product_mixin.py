# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import fields, models


class EcommerceProductMixin(models.AbstractModel):
    """What the binding of a product (variant) keeps of its stock in the shop."""

    _name = "ecommerce.product.mixin"
    _description = "Binding of a Shop's Product"

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
