# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from odoo import models


class StockMove(models.Model):
    _inherit = "stock.move"

    def _action_done(self, cancel_backorder: bool = False) -> StockMove:
        """Do the moves, then tell the connectors which transfers that ends."""
        with self._watch_pickings_done():
            return super()._action_done(cancel_backorder=cancel_backorder)

    def _action_cancel(self) -> Any:
        """Cancel the moves: a transfer whose other moves are done ends with it."""
        with self._watch_pickings_done():
            return super()._action_cancel()

    @contextmanager
    def _watch_pickings_done(self) -> Iterator[None]:
        # a transfer already done before was told, or was done before the installation
        open_pickings = self.picking_id.filtered(lambda p: p.state != "done")
        yield
        open_pickings.exists()._notify_done()
