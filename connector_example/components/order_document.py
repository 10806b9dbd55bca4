# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is told of an order. The shop has no idempotency keys: its order is read."""

from typing import Any

from odoo.addons.component.core import Component
from odoo.addons.connector.components.mapper import mapping


class ShipmentMapper(Component):
    _name = "vendure.stock.picking.mapper"
    _inherit = ["base.export.mapper", "vendure.base"]
    _apply_on = "vendure.stock.picking"

    @mapping
    def lines(self, record: Any) -> dict[str, Any]:
        left = record.shop_line_quantities()
        lines = [{"orderLineId": id_, "quantity": int(left[id_])} for id_ in left]
        return {"lines": lines}

    @mapping
    def handler(self, record: Any) -> dict[str, Any]:
        arguments = {
            "method": record.carrier_id.name or record.name,
            "trackingCode": record.carrier_tracking_ref or "",
        }
        pairs = [{"name": name, "value": text} for name, text in arguments.items()]
        return {"handler": {"code": "manual-fulfillment", "arguments": pairs}}


class ShipmentExporter(Component):
    _name = "vendure.stock.picking.exporter"
    _inherit = ["ecommerce.shipment.exporter", "vendure.base"]
    _apply_on = "vendure.stock.picking"
    _looks_in_order = True

    def _create(self, data: dict[str, Any]) -> str:
        """Create a fulfilment, which waits to be shipped, and ship it."""
        external_id = super()._create(data)
        shipped = [s.external_id for s in self.shop_order.shipments if s.is_shipped]
        if external_id not in shipped:
            self.backend_adapter.execute("shipFulfillment", id=external_id)
        return external_id


class RefundMapper(Component):
    _name = "vendure.account.move.export.mapper"
    _inherit = ["base.export.mapper", "vendure.base"]
    _apply_on = "vendure.account.move"

    direct = [("name", "reason")]

    @mapping
    def amount(self, record: Any) -> dict[str, Any]:
        """The amount alone: a refund of lines breaks in the shop on PostgreSQL."""
        amount = round(record.amount_total * 100)
        return {"amount": amount, "lines": [], "shipping": 0, "adjustment": 0}


class RefundExporter(Component):
    """Have the shop pay back the amount of a credit note, once."""

    _name = "vendure.account.move.exporter"
    _inherit = ["ecommerce.invoice.exporter", "vendure.base"]
    _apply_on = "vendure.account.move"
    _looks_in_order = True

    def _send(self, data: dict[str, Any]) -> str:
        payment_id = self._payment_to_refund().external_id
        return super()._send({**data, "paymentId": payment_id})
