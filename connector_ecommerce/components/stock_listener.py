# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import TYPE_CHECKING

from odoo.fields import Domain

from odoo.addons.component.core import AbstractComponent
from odoo.addons.component_event import skip_if

if TYPE_CHECKING:
    from odoo.models import BaseModel

    from odoo.addons.product.models.product_product import ProductProduct
    from odoo.addons.stock.models.stock_move import StockMove
    from odoo.addons.stock.models.stock_quant import StockQuant
    from odoo.addons.stock.models.stock_warehouse import StockWarehouse

#: Fields whose change changes what a shop may sell
QUANTITY_FIELDS = {
    "stock.quant": {"quantity", "reserved_quantity", "location_id"},
    "stock.move": {"state", "product_uom_qty", "location_id", "location_dest_id"},
}


class StockListener(AbstractComponent):
    """Schedule the export of the stock when it changes.

    A connector makes it concrete, with `_collection`. Quants tell of what is on hand
    or reserved, moves of what is forecast. An import of the shop exports nothing.
    """

    _name = "ecommerce.stock.listener"
    _inherit = "ecommerce.listener"
    _apply_on = ["stock.quant", "stock.move"]

    @skip_if(lambda self, record, **kwargs: self.no_connector_export(record))
    def on_record_create(
        self, record: StockQuant | StockMove, fields: list[str] | None = None
    ) -> None:
        """Schedule the export for goods that come, or are to come, to a place."""
        self._schedule(record)

    @skip_if(lambda self, record, **kwargs: self.no_connector_export(record))
    def on_record_write(
        self, record: StockQuant | StockMove, fields: list[str] | None = None
    ) -> None:
        """Schedule the export when quantity, reservation or forecast change."""
        if not fields or QUANTITY_FIELDS[record._name].intersection(fields):
            self._schedule(record)

    def _schedule(self, record: StockQuant | StockMove) -> None:
        # people who move goods know nothing of shops: they may not read a backend, and
        # the job that they cause has to
        record = record.sudo()
        if record._name == "stock.move":
            backends = self._forecast_backends(record)
        elif record.location_id.usage in ("internal", "transit"):
            backends = self._backends(record)
        else:
            return
        backends.sudo().schedule_stock_export()

    def _backends(self, quant: StockQuant) -> BaseModel:
        """Return the backends whose shop sells the goods of this quant.

        `quant` has superuser rights, which its environment gives to search backends.
        """
        return self._selling(quant.product_id, quant.location_id.warehouse_id)

    def _forecast_backends(self, move: StockMove) -> BaseModel:
        """Return the backends that export a forecast which this move changes."""
        places = move.location_id | move.location_dest_id | move.location_final_id
        forecast = Domain("stock_field", "=", "virtual_available")
        return self._selling(move.product_id, places.warehouse_id, forecast)

    def _selling(
        self,
        product: ProductProduct,
        warehouses: StockWarehouse,
        domain: Domain = Domain.TRUE,
    ) -> BaseModel:
        """Return the listening backends that sell a product out of these warehouses."""
        company = Domain("company_id", "in", warehouses.company_id.ids)
        backends = product.env[self._collection].search(company & domain)
        return backends.filtered(
            lambda backend: (
                backend._is_listening()
                and backend._stock_warehouses() & warehouses
                and backend._sells(product)
            )
        )
