# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.connector_ecommerce.core import PaymentState, ShopPayment
from odoo.addons.queue_job.exception import RetryableJobError

from .common import MemoryShopCase

PLACED = datetime(2026, 11, 1, 12, 0)


@tagged("post_install", "-at_install")
class TestOrderPayment(MemoryShopCase):
    def _method(self, rule: str) -> Any:
        model = self.env["account.payment.method.line"]
        method = model.get_or_create_payment_method("Card")
        method.import_rule = rule
        return method

    def _pay(self, state: PaymentState, external_id: str = "1") -> None:
        payment = ShopPayment(method="card", amount=Decimal(12), state=state)
        order = self.shop.orders[external_id]
        self.shop.orders[external_id] = replace(order, payments=(payment,))

    def _order(self, state: PaymentState) -> Any:
        self._place("1", date=PLACED)
        self._pay(state)
        with freeze_time("2026-11-02"):
            return self._import()

    def test_rule_lets_the_order_in(self) -> None:
        accepted = [
            ("always", PaymentState.PENDING),
            ("authorized", PaymentState.AUTHORIZED),
            ("authorized", PaymentState.PAID),
            ("paid", PaymentState.PAID),
        ]
        for number, (rule, state) in enumerate(accepted):
            with self.subTest(f"{rule} {state}"):
                method = self._method(rule)
                self._place(str(number))
                self._pay(state, str(number))
                sale = self._import(str(number))
                self.assertEqual(sale.state, "sale")
                self.assertEqual(sale.preferred_payment_method_line_id, method)

    def test_order_waits_for_its_payment(self) -> None:
        waiting = [
            ("authorized", PaymentState.PENDING),
            ("paid", PaymentState.AUTHORIZED),
        ]
        for rule, state in waiting:
            with self.subTest(f"{rule} {state}"):
                self._method(rule)
                with self.assertRaises(RetryableJobError) as caught:
                    self._order(state)
                self.assertTrue(caught.exception.ignore_retry)
                self.assertFalse(self._find("1"))

    def test_order_never_paid_is_given_up(self) -> None:
        self._method("paid").days_before_cancel = 10
        self._place("1", date=PLACED)
        self._pay(PaymentState.PENDING)
        with freeze_time("2026-11-12"):
            self.assertIn("given up", self._run("1"))
        self.assertFalse(self._find("1"))

    def test_never_is_skipped(self) -> None:
        self._method("never")
        self._place("1")
        self._pay(PaymentState.PAID)
        self.assertIn("never", self._run("1"))
        self.assertFalse(self._find("1"))

    def test_unpaid_order_may_be_a_quotation_confirmed_once_paid(self) -> None:
        self.backend.unpaid_order_policy = "quotation"
        self._method("paid")
        sale = self._order(PaymentState.AUTHORIZED)
        self.assertEqual(sale.state, "draft")
        self._pay(PaymentState.PAID)
        self._run("1")
        self.assertEqual(sale.state, "sale")
        self.assertEqual(self._find("1").shop_payment_state, "paid")

    def test_workflow_of_the_method_wins(self) -> None:
        invoiced = self.env.ref("connector_ecommerce.workflow_confirm_invoice")
        self._method("always").workflow_id = invoiced
        sale = self._order(PaymentState.PAID)
        self.assertEqual(sale.workflow_id, invoiced)
        self.assertEqual(sale.invoice_ids.state, "posted")

    def test_payment_of_the_shop_is_registered_once(self) -> None:
        workflow = self.env.ref("connector_ecommerce.workflow_confirm_invoice")
        workflow.register_payment = True
        method = self._method("authorized")
        method.workflow_id = workflow
        sale = self._order(PaymentState.AUTHORIZED)
        invoice = sale.invoice_ids
        self.assertEqual(invoice.payment_state, "not_paid")
        self._pay(PaymentState.PAID)
        for _again in range(2):
            self._run("1")
            payment = invoice.matched_payment_ids
            self.assertEqual(payment.amount, 12)
            self.assertEqual(payment.payment_method_line_id, method)
            self.assertIn(invoice.payment_state, ("paid", "in_payment"))

    def test_cancelled_order_does_not_wait_for_its_payment(self) -> None:
        self._method("paid")
        self._place("1", cancelled=True)
        self._pay(PaymentState.VOID)
        self.assertEqual(self._import().state, "cancel")
