# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import fields, models


class VendureAccountMove(models.Model):
    """A refund paid by the shop, bound to a credit note."""

    _name = "vendure.account.move"
    _inherit = ["vendure.binding", "ecommerce.invoice.mixin"]
    _inherits = {"account.move": "odoo_id"}
    _description = "Vendure refund"

    odoo_id = fields.Many2one("account.move", required=True, ondelete="cascade")
    shop_order_id = fields.Many2one(
        "vendure.sale.order", required=True, index=True, ondelete="cascade"
    )


class AccountMove(models.Model):
    _inherit = "account.move"

    vendure_bind_ids = fields.One2many(
        "vendure.account.move", "odoo_id", string="Vendure bindings", copy=False
    )
