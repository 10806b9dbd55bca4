# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import models


class ChaosLedgerTogether(models.Model):
    """Jobs that may run together."""

    _inherit = "chaos.ledger"

    def mark(self, gate: int = 0) -> int:
        """Leave a trace for each record, wait at a gate, return how many there are."""
        for record in self:
            self._trace(f"mark {record.id}")
        if gate:
            self._pass(gate)
        return len(self)
