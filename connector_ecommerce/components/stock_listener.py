# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import TYPE_CHECKING

from odoo.addons.component.core import AbstractComponent

if TYPE_CHECKING:
    from odoo.models import BaseModel

    from odoo.addons.stock.models.stock_quant import StockQuant

#: Fields of a quant that change what a shop may sell
QUANTITY_FIELDS = {"quantity", "reserved_quantity", "location_id"}


class StockListener(AbstractComponent):
    """Schedule the export of the stock when it changes.

    A connector makes it concrete, with `_collection` and `_backends()`.
    """

    _name = "ecommerce.stock.listener"
    _inherit = "base.connector.listener"
    _apply_on = ["stock.quant"]

    def on_record_create(
        self, record: StockQuant, fields: list[str] | None = None
    ) -> None:
        """Schedule the export for goods that come to a new place."""
        self._schedule(record)

    def on_record_write(
        self, record: StockQuant, fields: list[str] | None = None
    ) -> None:
        """Schedule the export when quantity or reservation change."""
        if not fields or QUANTITY_FIELDS.intersection(fields):
            self._schedule(record)

    def _schedule(self, quant: StockQuant) -> None:
        if quant.location_id.usage not in ("internal", "transit"):
            return
        # people who move goods know nothing of shops: they may not read a backend, and
        # the job that they cause has to
        self._backends(quant.sudo()).sudo().schedule_stock_export()

    def _backends(self, quant: StockQuant) -> BaseModel:
        """Return the backends whose shop sells the goods of this quant.

        `quant` has superuser rights, which its environment gives to search backends.
        """
        raise NotImplementedError(
            f"{self._name}: write _backends(quant) to return the backends to export to"
        )
