# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo.addons.component.core import Component
from odoo.addons.connector.components.mapper import mapping, only_create


class StockExporter(Component):
    _name = "test.shop.stock.exporter"
    _inherit = "ecommerce.stock.exporter"
    _collection = "test.shop.backend"
    _apply_on = "test.shop.product.product"
    _batch_size = 2

    def _export_batch(self, quantities: dict[Any, float]) -> None:
        self.work.shop.stock_calls.append(
            {binding.external_id: quantity for binding, quantity in quantities.items()}
        )


class StockListener(Component):
    _name = "test.shop.stock.listener"
    _inherit = "ecommerce.stock.listener"
    _collection = "test.shop.backend"


class ShipmentMapper(Component):
    _name = "test.shop.shipment.mapper"
    _inherit = "base.export.mapper"
    _collection = "test.shop.backend"
    _apply_on = "test.shop.stock.picking"

    direct = [("carrier_tracking_ref", "tracking")]

    @only_create
    @mapping
    def lines(self, record: Any) -> dict[str, Any]:
        """What left, by line of the shop."""
        return {"lines": record.shop_line_quantities()}


class ShipmentExporter(Component):
    """The shop has no idempotency key: a shipment it has is looked for."""

    _name = "test.shop.shipment.exporter"
    _inherit = "ecommerce.shipment.exporter"
    _collection = "test.shop.backend"
    _apply_on = "test.shop.stock.picking"

    def _left_behind(self, data: dict[str, Any]) -> list[str]:
        return [
            external_id
            for external_id, shipment in self.work.shop.shipments.items()
            if shipment["lines"] == data["lines"]
        ]


class ShipmentListener(Component):
    _name = "test.shop.shipment.listener"
    _inherit = "ecommerce.shipment.listener"
    _collection = "test.shop.backend"
