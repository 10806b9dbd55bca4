# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg2

from odoo.addons.component.core import AbstractComponent
from odoo.addons.queue_job.exception import RetryableJobError

from ..core import ShopOrder
from ..exception import OrderNotPaidError


class OrderReceiptKeeper(AbstractComponent):
    """Note each order that the shop gives: a part of the order importer."""

    _name = "ecommerce.order.receipt.keeper"
    _inherit = "generic.importer"

    _translated: ShopOrder | None

    def _note_outcomes(
        self, outcomes: Sequence[tuple[OrderReceiptKeeper, str]]
    ) -> None:
        """Note that the orders are in Odoo, or why they are left out."""
        values = {
            importer.external_id: importer._outcome(message)
            for importer, message in outcomes
        }
        self.env["ecommerce.order.receipt"].note_many(self.backend_record, values)
        return super()._note_outcomes(outcomes)

    def _outcome(self, message: str) -> dict[str, Any]:
        binding = self._get_binding()
        if not binding:
            return {**self._receipt_values(), "state": "skipped", "reason": message}
        sale = self._sale_order(binding)
        imported = {"state": "imported", "reason": False, "sale_id": sale.id}
        return {**self._receipt_values(), **imported}

    def _note_failure(self, error: Exception) -> None:
        """Note why the order is not imported, once the transaction is rolled back.

        An import that only gave way to another transaction is no failure.
        """
        super()._note_failure(error)
        if isinstance(error, psycopg2.extensions.TransactionRollbackError):
            return
        retried = False
        if isinstance(error, RetryableJobError):
            if error.ignore_retry and not isinstance(error, OrderNotPaidError):
                return
            retried = True
        values = self._receipt_values()
        values.update(state="waiting" if retried else "failed", reason=str(error))
        receipts = self.env["ecommerce.order.receipt"]
        receipts._note_after_rollback(self.backend_record, self.external_id, values)

    def _receipt_values(self) -> dict[str, Any]:
        """Return what is known of the order: nothing but its id before it is read.

        Without a query: the transaction may have failed.
        """
        values: dict[str, Any] = {"binding_model": self.model._name}
        order = self._translated
        if order is None:
            return values
        return {
            **values,
            "name": order.name,
            "customer": order.customer.name or order.customer.email,
            "date_order": order.date,
            "amount_total": float(order.total_included),
            "currency": order.currency,
        }
