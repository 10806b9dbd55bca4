# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import fields, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    shop_line_ref = fields.Char(
        string="Shop Line",
        copy=False,
        readonly=True,
        help="Id of the line in the shop, to tell it what was shipped or refunded.",
    )
    shop_version = fields.Char(
        copy=False,
        readonly=True,
        help="What the shop said of the line last: only what it changes is changed.",
    )
