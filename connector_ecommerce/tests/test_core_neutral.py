# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from unittest import TestCase

from odoo.addons.connector_ecommerce.core import (
    LineKind,
    ShopAddress,
    ShopCustomer,
    ShopOrder,
    ShopProduct,
    ShopShipment,
    nearest_rate,
    neutral,
)

ORDER = {
    "external_id": "7",
    "name": "S7",
    "date": "2026-11-01T14:30:00.123+02:00",
    "currency": "EUR",
    "customer": {"first_name": "Ada", "last_name": "Byron", "phone": None},
    "shipping_address": None,
    "lines": [
        {"name": "Mug", "quantity": 2, "unit_price": 1050, "tax_rate": 5.5},
        {"name": "Fee", "kind": "fee", "total_included": 99},
    ],
    "payments": [{"method": "card", "amount": 2199, "state": "paid"}],
    "total_included": 2199,
    "unknown": "of this shop alone",
}


class TestNeutral(TestCase):
    def test_order_in_cents(self) -> None:
        order = neutral(ShopOrder, ORDER, 2)
        self.assertEqual(order.date, datetime(2026, 11, 1, 12, 30))
        self.assertEqual(order.total_included, Decimal("21.99"))
        self.assertEqual(order.customer.name, "Ada Byron")
        self.assertEqual(order.customer.phone, "")
        self.assertEqual(order.shipping_address, ShopAddress())
        mug, fee = order.lines
        self.assertEqual(mug.unit_price, Decimal("10.50"))
        self.assertEqual(mug.quantity, 2, "no money: not in cents")
        self.assertEqual(mug.tax_rate, Decimal("5.5"))
        self.assertIs(fee.kind, LineKind.FEE)
        self.assertEqual(fee.quantity, 1)
        self.assertEqual(order.payment_method, "card")

    def test_amounts_in_units(self) -> None:
        order = neutral(ShopOrder, {**ORDER, "total_included": "21.99", "lines": []})
        self.assertEqual(order.total_included, Decimal("21.99"))

    def test_what_is_neutral_already_is_kept(self) -> None:
        customer = ShopCustomer(name="Ada")
        known = {**ORDER, "customer": customer, "total_included": Decimal("21.99")}
        order = neutral(ShopOrder, known, 2)
        self.assertIs(order.customer, customer)
        self.assertEqual(order.total_included, Decimal("21.99"))

    def test_what_is_missing_is_named(self) -> None:
        with self.assertRaisesRegex(TypeError, "currency"):
            neutral(ShopOrder, {**ORDER, "currency": None}, 2)

    def test_product_with_options(self) -> None:
        variant = {"external_id": "1", "options": {"Size": "L"}, "weight": 0.3}
        product = neutral(
            ShopProduct,
            {
                "external_id": "5",
                "name": "Shirt",
                "variants": [{**variant, "prices": [{"amount": 999}]}],
            },
            2,
        )
        self.assertEqual(product.lowest_price, Decimal("9.99"))
        self.assertEqual(product.variants[0].options, {"Size": "L"})
        self.assertEqual(product.variants[0].weight, Decimal("0.3"))


class TestShipments(TestCase):
    def test_shipment_that_waits_is_not_shipped(self) -> None:
        shipments = (
            ShopShipment(quantities={"a": Decimal(1)}, tracking="1Z"),
            ShopShipment(quantities={"a": Decimal(2)}, tracking="-", is_shipped=False),
        )
        order = neutral(ShopOrder, {**ORDER, "shipments": shipments}, 2)
        self.assertEqual(order.shipped_quantities(), {"a": 1})
        self.assertEqual(order.tracking, "1Z")


class TestNearestRate(TestCase):
    def test_rounded_amounts(self) -> None:
        cases = [
            ((500, 600), (20, 10), 20),
            ((413, 454), (20, 10), 10),
            ((33, 35), (5.5, 20), Decimal("5.5")),
            ((500, 500), (20,), 0),
            ((0, 0), (), 0),
        ]
        for amounts, rates, expected in cases:
            with self.subTest(amounts=amounts):
                self.assertEqual(nearest_rate(*amounts, rates), expected)
