# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _post(self, soft: bool = True) -> AccountMove:
        """Post, then fire `on_invoice_validated` for each customer invoice."""
        posted = super()._post(soft=soft)
        event = self._event("on_invoice_validated")
        for invoice in posted.filtered(lambda move: move.move_type == "out_invoice"):
            event.notify(invoice)
        return posted

    def _invoice_paid_hook(self) -> Any:
        """Fire `on_invoice_paid` for each invoice that becomes paid."""
        result = super()._invoice_paid_hook()
        event = self._event("on_invoice_paid")
        for invoice in self:
            event.notify(invoice)
        return result
