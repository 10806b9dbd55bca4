# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo import models

from odoo.addons.component.core import Component
from odoo.addons.component_event import skip_if
from odoo.addons.connector.components.mapper import mapping
from odoo.addons.connector.exception import InvalidDataError
from odoo.addons.queue_job import identity_exact

from .graphql import VendureError
from .sale_order import FINAL_STATES


class OrderListener(Component):
    """An order cancelled in Odoo is cancelled in the shop."""

    _name = "vendure.sale.order.listener"
    _inherit = ["base.connector.listener", "vendure.base"]
    _apply_on = "sale.order"

    @skip_if(lambda self, record, **kwargs: self.no_connector_export(record))
    def on_record_write(self, record: models.BaseModel, fields: Any = None) -> None:
        if "state" in (fields or ()) and record.state == "cancel":
            for order in record.sudo().vendure_bind_ids:
                if order.shop_state not in FINAL_STATES:
                    delayed = order.with_delay(identity_key=identity_exact)
                    delayed.export_cancellation()


class OrderCanceller(Component):
    """Cancel an order in the shop; a person decides when it refuses."""

    _name = "vendure.order.canceller"
    _inherit = ["base.exporter", "vendure.base"]
    _apply_on = "vendure.sale.order"
    _usage = "order.canceller"

    def run(self, binding: models.BaseModel) -> str:
        """Cancel it unless it is cancelled; return what came of it."""
        cancel = {"orderId": binding.external_id, "cancelShipping": True}
        if self.backend_adapter.read(binding.external_id)["state"] != "Cancelled":
            try:
                self.backend_adapter.execute("cancelOrder", input=cancel)
            except VendureError as refusal:
                self.backend_record.add_checkpoint(binding.odoo_id, str(refusal))
                return str(refusal)
        binding.with_context(connector_no_export=True).shop_state = "Cancelled"
        return self.env._("The order is cancelled in the shop.")


class RefundListener(Component):
    """A credit note of an order of the shop is paid back by the shop."""

    _name = "vendure.account.move.listener"
    _inherit = ["base.connector.listener", "vendure.base"]
    _apply_on = "account.move"

    @skip_if(lambda self, record: self.no_connector_export(record))
    def on_refund_validated(self, record: models.BaseModel) -> None:
        if record.shop_refund_ref:
            return  # it is there because the shop paid it back
        orders = record.sudo().invoice_line_ids.sale_line_ids.order_id.vendure_bind_ids
        for order in orders:
            if len(orders) > 1:
                reason = self.env._("It is of several orders: pay it back by hand.")
                order.backend_id.add_checkpoint(record, reason)
                continue
            values = {"odoo_id": record.id, "shop_order_id": order.id}
            refund = record.sudo().vendure_bind_ids.create(
                {"backend_id": order.backend_id.id, **values}
            )
            refund.with_delay().export_record()


class RefundAdapter(Component):
    _name = "vendure.account.move.adapter"
    _inherit = "vendure.adapter"
    _apply_on = "vendure.account.move"

    def create(self, data: dict[str, Any]) -> str:
        return self.execute("refundOrder", input=data)["id"]


class RefundMapper(Component):
    _name = "vendure.account.move.export.mapper"
    _inherit = ["base.export.mapper", "vendure.base"]
    _apply_on = "vendure.account.move"

    direct = [("name", "reason")]

    @mapping
    def amount(self, record: models.BaseModel) -> dict[str, Any]:
        """The amount alone: a refund of lines breaks in the shop on PostgreSQL."""
        amount = round(record.amount_total * 100)
        return {"amount": amount, "lines": [], "shipping": 0, "adjustment": 0}


class RefundExporter(Component):
    """Have the shop pay back the amount of a credit note, once."""

    _name = "vendure.account.move.exporter"
    _inherit = "vendure.exporter"
    _apply_on = "vendure.account.move"

    def _left_behind(self, data: dict[str, Any]) -> list[str]:
        """The reason of a refund is the number of its credit note."""
        refunds = [refund for p in self._payments() for refund in p["refunds"]]
        return [r["id"] for r in refunds if r["reason"] == data["reason"]]

    def _create(self, data: dict[str, Any]) -> str:
        refund = super()._create(data)
        # The import of the order finds it here, and makes no credit note of its own.
        self.binding.odoo_id.shop_refund_ref = refund
        return refund

    def _create_new(self, data: dict[str, Any]) -> str:
        for payment in self._payments():
            paid_back = sum(refund["total"] for refund in payment["refunds"])
            if payment["amount"] - paid_back >= data["amount"]:
                return super()._create_new({**data, "paymentId": payment["id"]})
        raise InvalidDataError(
            self.env._("No payment of the order has so much left to pay back.")
        )

    def _payments(self) -> list[dict[str, Any]]:
        orders = self.component(
            usage="backend.adapter", model_name="vendure.sale.order"
        )
        order = orders.read(self.binding.shop_order_id.external_id)
        return [p for p in order["payments"] if p["state"] == "Settled"]
