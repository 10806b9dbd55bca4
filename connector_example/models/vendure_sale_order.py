# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import fields, models


class VendureSaleOrder(models.Model):
    """An order of the shop, bound to a sales order."""

    _name = "vendure.sale.order"
    _inherit = ["vendure.binding", "ecommerce.sale.order.mixin"]
    _inherits = {"sale.order": "odoo_id"}
    _description = "Vendure order"

    odoo_id = fields.Many2one("sale.order", required=True, ondelete="cascade")


class SaleOrder(models.Model):
    _inherit = "sale.order"

    vendure_bind_ids = fields.One2many(
        "vendure.sale.order", "odoo_id", string="Vendure bindings", copy=False
    )
