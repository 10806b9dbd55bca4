# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo import models

from odoo.addons.component.core import Component
from odoo.addons.connector.components.mapper import mapping


class ShipmentAdapter(Component):
    _name = "vendure.stock.picking.adapter"
    _inherit = "vendure.adapter"
    _apply_on = "vendure.stock.picking"

    def search_read(self, order_id: str) -> list[dict[str, Any]]:
        """Return the fulfilments of an order."""
        orders = self.component(
            usage="backend.adapter", model_name="vendure.sale.order"
        )
        return orders.read(order_id)["fulfillments"] or []

    def create(self, data: dict[str, Any]) -> str:
        """Create a fulfilment, which waits to be shipped."""
        return self.execute("addFulfillmentToOrder", input=data)["id"]


class ShipmentMapper(Component):
    _name = "vendure.stock.picking.mapper"
    _inherit = ["base.export.mapper", "vendure.base"]
    _apply_on = "vendure.stock.picking"

    @mapping
    def lines(self, record: models.BaseModel) -> dict[str, Any]:
        quantities = record.shop_line_quantities()
        return {
            "lines": [
                {"orderLineId": line, "quantity": int(quantity)}
                for line, quantity in quantities.items()
            ]
        }

    @mapping
    def handler(self, record: models.BaseModel) -> dict[str, Any]:
        arguments = {
            "method": record.carrier_id.name or record.name,
            "trackingCode": record.carrier_tracking_ref or "",
        }
        return {
            "handler": {
                "code": "manual-fulfillment",
                "arguments": [{"name": k, "value": v} for k, v in arguments.items()],
            }
        }


class ShipmentExporter(Component):
    """Tell the shop what left. It has no idempotency key: its fulfilments are read."""

    _name = "vendure.stock.picking.exporter"
    _inherit = ["ecommerce.shipment.exporter", "vendure.base"]
    _apply_on = "vendure.stock.picking"

    def _create(self, data: dict[str, Any]) -> str:
        self._states: dict[str, str] = {}
        external_id = super()._create(data)
        if self._states.get(external_id, "Pending") == "Pending":
            self.backend_adapter.execute("shipFulfillment", id=external_id)
        return external_id

    def _find_shipment(
        self, order: models.BaseModel, data: dict[str, Any]
    ) -> str | None:
        fulfilments = self.backend_adapter.search_read(order.external_id)
        self._states = {f["id"]: f["state"] for f in fulfilments}
        for fulfilment in fulfilments:
            if _quantities(fulfilment) == _quantities(data):
                if not self.binder.to_internal(fulfilment["id"]):
                    return fulfilment["id"]
        return None


def _quantities(fulfilment: dict[str, Any]) -> dict[str, int]:
    return {line["orderLineId"]: line["quantity"] for line in fulfilment["lines"]}


class ShipmentListener(Component):
    """A done delivery of an order of the shop is told to it."""

    _name = "vendure.stock.picking.listener"
    _inherit = ["ecommerce.shipment.listener", "vendure.base"]

    _order_binding_model = "vendure.sale.order"
    _shipment_binding_model = "vendure.stock.picking"

    def _tracking_added(self, binding: models.BaseModel) -> None:
        """The shop cannot change the number of a shipment: a person has to."""
        reason = self.env._("The shop takes no tracking number after the shipment.")
        binding.backend_id.add_checkpoint(binding, reason)
