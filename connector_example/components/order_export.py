# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo import models

from odoo.addons.component.core import Component
from odoo.addons.connector.components.mapper import mapping
from odoo.addons.connector.exception import InvalidDataError


class OrderListener(Component):
    """An order cancelled in Odoo is cancelled in the shop."""

    _name = "vendure.sale.order.listener"
    _inherit = ["ecommerce.order.listener", "vendure.base"]

    _order_binding_model = "vendure.sale.order"


class OrderCanceller(Component):
    _name = "vendure.order.canceller"
    _inherit = ["ecommerce.order.canceller", "vendure.base"]
    _apply_on = "vendure.sale.order"


class RefundListener(Component):
    """A credit note of an order of the shop is paid back by the shop."""

    _name = "vendure.account.move.listener"
    _inherit = ["ecommerce.invoice.listener", "vendure.base"]

    _order_binding_model = "vendure.sale.order"
    _invoice_binding_model = "vendure.account.move"


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
    """Have the shop pay back the amount of a credit note, once.

    The reason of a refund is the number of its credit note: one that a worker made
    before it died is known by it.
    """

    _name = "vendure.account.move.exporter"
    _inherit = ["ecommerce.invoice.exporter", "vendure.base"]
    _apply_on = "vendure.account.move"

    def _create_data(self, map_record: Any, **kwargs: Any) -> dict[str, Any]:
        data = super()._create_data(map_record, **kwargs)
        orders = self.component(
            usage="backend.adapter", model_name="vendure.sale.order"
        )
        order = orders.read(self.binding.shop_order_id.external_id)
        self._payments = [p for p in order["payments"] if p["state"] == "Settled"]
        return data

    def _create(self, data: dict[str, Any]) -> str:
        refund = super()._create(data)
        # The import of the order finds it here, and makes no credit note of its own.
        self.binding.odoo_id.shop_refund_ref = refund
        return refund

    def _find_document(
        self, order: models.BaseModel, data: dict[str, Any]
    ) -> str | None:
        for payment in self._payments:
            for refund in payment["refunds"]:
                if refund["reason"] == data["reason"]:
                    return refund["id"]
        data["paymentId"] = self._payment(data["amount"])
        return None

    def _payment(self, amount: int) -> str:
        """Return the payment to give the amount (cents) back from."""
        for payment in self._payments:
            paid_back = sum(refund["total"] for refund in payment["refunds"])
            if payment["amount"] - paid_back >= amount:
                return payment["id"]
        raise InvalidDataError(
            self.env._("No payment of the order has so much left to pay back.")
        )
