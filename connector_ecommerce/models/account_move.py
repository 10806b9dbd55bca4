# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo import fields, models

from ..event import notify

VALIDATED_EVENTS = {
    "out_invoice": "on_invoice_validated",
    "out_refund": "on_refund_validated",
}


class AccountMove(models.Model):
    _inherit = "account.move"

    shop_refund_ref = fields.Char(
        string="Shop Refund",
        copy=False,
        readonly=True,
        index="btree_not_null",
        help="Id of the refund in the shop that made this credit note.",
    )

    def _post(self, soft: bool = True) -> AccountMove:
        """Post, then fire the event of each customer invoice and credit note.

        `on_invoice_validated`, and `on_refund_validated`.
        """
        posted = super()._post(soft=soft)
        for move_type, event_name in VALIDATED_EVENTS.items():
            moves = posted.filtered(lambda m, kind=move_type: m.move_type == kind)
            notify(moves, event_name)
        return posted

    def _invoice_paid_hook(self) -> Any:
        """Fire `on_invoice_paid` for each invoice that becomes paid."""
        result = super()._invoice_paid_hook()
        notify(self, "on_invoice_paid")
        return result
