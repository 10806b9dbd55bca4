# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from odoo.tests import tagged

from odoo.addons.connector_ecommerce.core import (
    PaymentState,
    ShopPayment,
    ShopRefund,
    ShopRefundLine,
)

from .common import MemoryShopCase


@tagged("post_install", "-at_install")
class TestShopRefund(MemoryShopCase):
    """The shop gives money back."""

    def setUp(self) -> None:
        super().setUp()
        self.backend.write(
            {
                "refund_policy": "post",
                "workflow_id": self.env.ref(
                    "connector_ecommerce.workflow_confirm_invoice"
                ).id,
            }
        )

    def _order(self, **order: Any) -> Any:
        """Three mugs, 30.00 + 6.00; the shop rounds the tax to 6.01."""
        line = self._mug(
            external_id="L1", quantity=3, total_excluded=3000, total_included=3601
        )
        return self._import(lines=[line], **order)

    def _refund(self, sale: Any, *refunds: ShopRefund) -> Any:
        self.shop.orders["1"] = replace(self.shop.orders["1"], refunds=refunds)
        self._run("1")
        return sale.invoice_ids.search(
            [("reversed_entry_id", "in", sale.invoice_ids.ids)], order="id"
        )

    def _given(self, amount: str, *lines: ShopRefundLine, **values: Any) -> ShopRefund:
        defaults = {"external_id": "R1", "date": datetime(2026, 11, 3)}
        refund = {**defaults, "amount": Decimal(amount), "lines": lines, **values}
        return ShopRefund(**refund)

    def test_line_is_credited_once_with_the_shops_amounts(self) -> None:
        sale = self._order()
        line = ShopRefundLine(
            line_external_id="L1",
            quantity=Decimal(1),
            total_excluded=Decimal("10.00"),
            total_included=Decimal("12.01"),
        )
        for _again in range(2):
            note = self._refund(sale, self._given("12.01", line, reason="Broken"))
            self.assertEqual(len(note), 1)
        self.assertEqual(note.state, "posted")
        self.assertEqual(note.move_type, "out_refund")
        self.assertEqual(
            (note.amount_untaxed, note.amount_tax, note.amount_total),
            (10, 2.01, 12.01),
        )
        self.assertEqual(note.ref, "Broken")
        self.assertEqual(note.invoice_date.isoformat(), "2026-11-03")
        self.assertEqual(sale.order_line.qty_invoiced, 2)

    def test_line_without_amounts_has_the_price_of_the_order(self) -> None:
        sale = self._order()
        line = ShopRefundLine(line_external_id="L1", quantity=Decimal(3))
        note = self._refund(sale, self._given("36.01", line))
        self.assertEqual((note.amount_untaxed, note.amount_tax), (30, 6.01))

    def test_goodwill_is_shared_among_the_taxes(self) -> None:
        self._create_tax(10, "tax_excluded")
        pen = self._mug(
            external_id="L2",
            product_external_id="p2",
            tax_rate=10,
            total_excluded=1000,
            total_included=1100,
        )
        mug = self._mug(external_id="L1", total_included=1200)
        sale = self._import(lines=[mug, pen])
        note = self._refund(sale, self._given("2.30"))
        self.assertEqual(note.amount_total, 2.3)
        by_tax = {
            line.tax_ids.amount: line.price_total for line in note.invoice_line_ids
        }
        self.assertEqual(by_tax, {20: 1.2, 10: 1.1})
        self.assertEqual(sale.order_line.mapped("qty_invoiced"), [1, 1])

    def test_fee_kept_back_lowers_the_credit(self) -> None:
        sale = self._order()
        line = ShopRefundLine(line_external_id="L1", quantity=Decimal(3))
        note = self._refund(sale, self._given("30.01", line))
        self.assertEqual(note.amount_total, 30.01)

    def test_several_refunds(self) -> None:
        sale = self._order()
        first = self._given("5", external_id="R1")
        self._refund(sale, first)
        notes = self._refund(sale, first, self._given("3", external_id="R2"))
        self.assertEqual(notes.mapped("amount_total"), [5, 3])

    def test_draft_and_review_policies(self) -> None:
        self.backend.refund_policy = "draft"
        sale = self._order()
        self.assertEqual(self._refund(sale, self._given("5")).state, "draft")
        self.backend.refund_policy = "review"
        refunds = (self._given("5"), self._given("3", external_id="R2"))
        self.assertEqual(len(self._refund(sale, *refunds)), 1)
        self.assertIn("Refunded in the shop: 3", sale.review_reason)
        self.assertNotIn("5", sale.review_reason)

    def test_refund_before_the_invoice_is_for_a_person(self) -> None:
        self.backend.workflow_id = self.env.ref("connector_ecommerce.workflow_confirm")
        sale = self._order()
        self.assertFalse(self._refund(sale, self._given("5")))
        self.assertIn("before its invoice", sale.shop_problem)

    def test_refund_of_what_was_taken_off_needs_nothing(self) -> None:
        """An edit lowers the order, the difference is given back: no invoice yet."""
        self.backend.workflow_id = self.env.ref("connector_ecommerce.workflow_confirm")
        paid = ShopPayment(
            method="card", amount=Decimal("36.01"), state=PaymentState.PAID
        )
        sale = self._order(payments=(paid,))
        line = self._mug(
            external_id="L1", quantity=2, total_excluded=2000, total_included=2401
        )
        self._place("1", lines=[line], payments=(paid,))
        self._refund(sale, self._given("12"))
        self.assertFalse(sale.review_reason)
        self.assertEqual(sale.amount_total, 24.01)

    def test_credit_solves_the_edit_of_an_invoiced_line(self) -> None:
        sale = self._order()
        less = self._mug(
            external_id="L1", quantity=2, total_excluded=2000, total_included=2401
        )
        self._place("1", lines=[less])
        line = ShopRefundLine(line_external_id="L1", quantity=Decimal(1))
        self._refund(sale, self._given("12", line))
        self.assertEqual(sale.order_line.product_uom_qty, 2)

    def test_other_currency(self) -> None:
        francs = self.env.ref("base.CHF")
        francs.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": francs.id, "name": "2026-01-01", "rate": 0.8}
        )
        self.env["product.pricelist"].create({"name": "F", "currency_id": francs.id})
        sale = self._order(currency="CHF")
        line = ShopRefundLine(
            line_external_id="L1",
            quantity=Decimal(1),
            total_excluded=Decimal("7.48"),
            total_included=Decimal("8.99"),
        )
        note = self._refund(sale, self._given("8.99", line))
        self.assertEqual(note.currency_id, francs)
        self.assertEqual((note.amount_tax, note.amount_total), (1.51, 8.99))
