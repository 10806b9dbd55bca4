# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo.tests import tagged

from odoo.addons.component.core import Component

from .common import ShopCase


class InvoiceListener(Component):
    _name = "test.ecommerce.invoice.listener"
    _inherit = "base.event.listener"
    _apply_on = "account.move"

    def on_invoice_validated(self, record: Any) -> None:
        self.heard.append(("validated", record, record.state))

    def on_invoice_paid(self, record: Any) -> None:
        self.heard.append(("paid", record, record.state))


@tagged("post_install", "-at_install")
class TestInvoiceEvent(ShopCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls._listen(InvoiceListener)

    def setUp(self) -> None:
        super().setUp()
        order = self._create_order()
        order.action_confirm()
        self.invoice = order._create_invoices()

    def test_posted_invoice_is_validated_once(self) -> None:
        self.invoice.action_post()
        self.assertEqual(self.heard, [("validated", self.invoice, "posted")])

    def test_paid_invoice_is_told_once_it_is_paid_in_full(self) -> None:
        self.invoice.action_post()
        self.heard.clear()
        self._pay(self.invoice.amount_total - 1)
        self.assertEqual(self.heard, [])
        self._pay(1)
        self.assertEqual(self.heard, [("paid", self.invoice, "posted")])

    def test_credit_note_and_journal_entry_are_not_validated(self) -> None:
        self.invoice.action_post()
        self.heard.clear()
        refund = self.invoice._reverse_moves()
        refund.action_post()
        self.assertEqual(refund.move_type, "out_refund")
        self.assertEqual([h for h in self.heard if h[0] == "validated"], [])

    def _pay(self, amount: float) -> None:
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=self.invoice.ids
        )
        wizard.create({"amount": amount})._create_payments()
