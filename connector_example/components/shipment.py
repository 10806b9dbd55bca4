# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo import models

from odoo.addons.component.core import Component
from odoo.addons.component_event import skip_if
from odoo.addons.connector.components.mapper import mapping

FULFILMENTS = """query($id: ID!) { order(id: $id) {
    fulfillments { id state lines { orderLineId quantity } }
} }"""
CREATE = """mutation($input: FulfillOrderInput!) {
    addFulfillmentToOrder(input: $input) {
        ... on Fulfillment { id state } ... on ErrorResult { errorCode message }
    }
}"""
SHIP = """mutation($id: ID!) {
    transitionFulfillmentToState(id: $id, state: "Shipped") {
        ... on Fulfillment { id state } ... on ErrorResult { errorCode message }
    }
}"""


class ShipmentAdapter(Component):
    _name = "vendure.stock.picking.adapter"
    _inherit = "vendure.adapter"
    _apply_on = "vendure.stock.picking"

    def search_read(self, order_id: str) -> list[dict[str, Any]]:
        """Return the fulfilments of an order."""
        return self.query(FULFILMENTS, id=order_id)["order"]["fulfillments"] or []

    def create(self, data: dict[str, Any]) -> dict[str, Any]:
        """Create a fulfilment, which waits to be shipped."""
        return self.mutate(CREATE, input=data)

    def ship(self, external_id: str) -> None:
        """Tell that a fulfilment left."""
        self.mutate(SHIP, id=external_id)


class ShipmentMapper(Component):
    _name = "vendure.stock.picking.mapper"
    _inherit = ["base.export.mapper", "vendure.base"]
    _apply_on = "vendure.stock.picking"

    @mapping
    def lines(self, record: models.BaseModel) -> dict[str, Any]:
        quantities = record.odoo_id._shop_line_quantities()
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
    """Tell the shop what left, once.

    The fulfilments of the shop are read first: when a worker died between the answer
    of the shop and our commit, the one it made is there, with our lines and bound to
    nothing, and is taken over instead of shipping twice.
    """

    _name = "vendure.stock.picking.exporter"
    _inherit = ["generic.exporter", "vendure.base"]
    _apply_on = "vendure.stock.picking"
    _usage = "record.exporter"

    def _create(self, data: dict[str, Any]) -> str:
        order = self.binding.vendure_order_id
        self.advisory_lock_or_retry(f"{order}, shipments")
        fulfilment = self._find(order.external_id, data) or self.backend_adapter.create(
            data
        )
        if fulfilment["state"] == "Pending":
            self.backend_adapter.ship(fulfilment["id"])
        return fulfilment["id"]

    def _find(self, order_id: str, data: dict[str, Any]) -> dict[str, Any] | None:
        """Return the fulfilment with these lines that no shipment has."""
        wanted = _quantities(data["lines"])
        for fulfilment in self.backend_adapter.search_read(order_id):
            if _quantities(fulfilment["lines"]) == wanted:
                if not self.binder.to_internal(fulfilment["id"]):
                    return fulfilment
        return None

    def _after_export(self) -> None:
        """The shop took the shipment off its stock: give it the level again."""
        variants = self.binding.move_ids.product_id.vendure_bind_ids.filtered(
            lambda variant: variant.backend_id == self.backend_record
        )
        variants.shop_quantity_date = False
        self.backend_record.schedule_stock_export()


def _quantities(lines: list[dict[str, Any]]) -> dict[str, int]:
    return {line["orderLineId"]: line["quantity"] for line in lines}


class ShipmentListener(Component):
    """A done delivery of an order of the shop is told to it."""

    _name = "vendure.stock.picking.listener"
    _inherit = "base.connector.listener"
    _apply_on = "stock.picking"

    @skip_if(lambda self, record, method: self.no_connector_export(record))
    def on_picking_out_done(self, record: models.BaseModel, method: str) -> None:
        for order in record.sale_id.sudo().vendure_bind_ids:
            binding = (
                self.env["vendure.stock.picking"]
                .sudo()
                .create(
                    {
                        "backend_id": order.backend_id.id,
                        "odoo_id": record.id,
                        "vendure_order_id": order.id,
                    }
                )
            )
            binding.with_delay().export_record()

    @skip_if(lambda self, record, **kwargs: self.no_connector_export(record))
    def on_tracking_number_added(self, record: models.BaseModel) -> None:
        """A number given before the shipment is told goes with it."""
        for binding in record.sudo().vendure_bind_ids.filtered("external_id"):
            binding.backend_id.add_checkpoint(binding)
