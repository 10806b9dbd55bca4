# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from decimal import Decimal
from typing import Any

from odoo.tests import BaseCase

from odoo.addons.connector_ecommerce.core import (
    PaymentState,
    ShopLine,
    ShopPayment,
    from_cents,
    line_price,
    tax_split,
)

from .shop_orders import make_order


def _line(**values: Any) -> ShopLine:
    cents = ("unit_price", "total_excluded", "total_included")
    for name in cents:
        if values.get(name) is not None:
            values[name] = from_cents(values[name])
    values.setdefault("quantity", Decimal(1))
    return ShopLine(name="Mug", tax_rate=Decimal(20), **values)


class TestPricing(BaseCase):
    def test_minor_units(self) -> None:
        self.assertEqual(from_cents(1234), Decimal("12.34"))
        self.assertEqual(from_cents(1234, digits=0), Decimal("1234"))
        self.assertEqual(from_cents(-5), Decimal("-0.05"))

    def test_price_without_discount_is_the_listed_one(self) -> None:
        line = _line(unit_price=1000, total_excluded=3000, quantity=Decimal(3))
        price = line_price(line, tax_included=False)
        self.assertEqual((price.price_unit, price.discount), (10, 0))

    def test_exact_discount_is_shown(self) -> None:
        line = _line(unit_price=1000, total_excluded=2700, quantity=Decimal(3))
        price = line_price(line, tax_included=False)
        self.assertEqual((price.price_unit, price.discount), (10, 10))

    def test_discount_that_would_miss_the_total_is_in_the_price(self) -> None:
        line = _line(unit_price=999, total_excluded=899)
        price = line_price(line, tax_included=False)
        self.assertEqual((price.price_unit, price.discount), (Decimal("8.99"), 0))

    def test_rounded_discount_is_shown_when_the_tax_is_told(self) -> None:
        line = _line(unit_price=999, total_excluded=899, total_included=1079)
        price = line_price(line, tax_included=False)
        self.assertEqual((price.price_unit, price.discount), (Decimal("9.99"), 10))

    def test_total_of_the_other_basis_is_converted(self) -> None:
        line = _line(total_excluded=1000)
        self.assertEqual(line_price(line, tax_included=True).price_unit, 12)
        line = _line(total_included=1200)
        self.assertEqual(line_price(line, tax_included=False).price_unit, 10)

    def test_unit_price_alone_is_converted(self) -> None:
        line = _line(unit_price=1200, price_includes_tax=True, quantity=Decimal(2))
        self.assertEqual(line_price(line, tax_included=False).price_unit, 10)
        self.assertEqual(line_price(line, tax_included=True).price_unit, 12)

    def test_line_without_amount_is_refused(self) -> None:
        with self.assertRaisesRegex(ValueError, "Mug"):
            line_price(_line(), tax_included=False)

    def test_free_and_negative_lines(self) -> None:
        free = _line(unit_price=1000, total_excluded=0)
        self.assertEqual(line_price(free, tax_included=False).discount, 100)
        reduction = _line(total_excluded=-500)
        self.assertEqual(line_price(reduction, tax_included=False).price_unit, -5)

    def test_split_needs_both_totals(self) -> None:
        split = tax_split(_line(total_excluded=899, total_included=1079))
        self.assertEqual((split.excluded, split.tax), (Decimal("8.99"), Decimal("1.8")))
        self.assertIsNone(tax_split(_line(total_excluded=899)))


class TestPaymentState(BaseCase):
    def _state(self, *payments: tuple[int, PaymentState]) -> PaymentState:
        order = make_order(
            lines=[{"total_excluded": 1000, "total_included": 1200}],
            payments=tuple(
                ShopPayment(method="card", amount=from_cents(cents), state=state)
                for cents, state in payments
            ),
        )
        return order.payment_state

    def test_payment_covers_the_total_or_not(self) -> None:
        paid, authorized, void = (
            PaymentState.PAID,
            PaymentState.AUTHORIZED,
            PaymentState.VOID,
        )
        cases = [
            ((), PaymentState.PENDING),
            (((1200, paid),), paid),
            (((1199, paid),), PaymentState.PENDING),
            (((700, paid), (500, paid)), paid),
            (((700, paid), (500, authorized)), authorized),
            (((1200, void),), PaymentState.PENDING),
        ]
        for payments, expected in cases:
            with self.subTest(payments):
                self.assertIs(self._state(*payments), expected)

    def test_largest_valid_payment_names_the_method(self) -> None:
        order = make_order(
            payments=(
                ShopPayment(
                    method="failed", amount=Decimal(99), state=PaymentState.VOID
                ),
                ShopPayment(method="gift", amount=Decimal(1), state=PaymentState.PAID),
                ShopPayment(method="card", amount=Decimal(9), state=PaymentState.PAID),
            )
        )
        self.assertEqual(order.payment_method, "card")
        self.assertEqual(make_order().payment_method, "")
