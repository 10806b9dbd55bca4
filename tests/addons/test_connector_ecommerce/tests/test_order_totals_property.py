# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import os
from decimal import ROUND_HALF_UP, Decimal
from itertools import count
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import tagged

from odoo.addons.connector_ecommerce.core import LineKind, from_cents

from .common import MemoryShopCase

RATES = (Decimal(20), Decimal(10), Decimal("5.5"), Decimal(0))

#: few in each run of the suite, always the same; more when it is asked for
EXAMPLES = int(os.environ.get("PROPERTY_EXAMPLES", 15))

#: how shops round the tax of a line of several units
ROUNDINGS = ("per_unit", "per_line")


def _cents(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


SETTINGS = {
    "max_examples": EXAMPLES,
    "deadline": None,
    "derandomize": True,
    "database": None,
    "suppress_health_check": list(HealthCheck),
}


@st.composite
def shop_line(draw: st.DrawFn) -> dict[str, Any]:
    """Return a line as a shop computes it: in cents, net and gross rounded by it."""
    rate = draw(st.sampled_from(RATES))
    quantity = draw(st.integers(1, 12))
    unit = draw(st.integers(1, 99_999))
    included = draw(st.booleans())
    discount = draw(st.integers(0, unit * quantity))
    basis = Decimal(unit * quantity - discount)
    factor = 1 + rate / 100
    if included:
        gross, net = int(basis), _cents(basis / factor)
    elif draw(st.sampled_from(ROUNDINGS)) == "per_unit":
        net, gross = int(basis), _cents(basis / quantity * factor) * quantity
    else:
        net, gross = int(basis), _cents(basis * factor)
    kinds = (LineKind.PRODUCT, LineKind.PRODUCT, LineKind.SHIPPING, LineKind.FEE)
    kind = draw(st.sampled_from(kinds))
    return {
        "kind": kind,
        "product_external_id": "p1" if kind is LineKind.PRODUCT else None,
        "sku": "",
        "quantity": quantity,
        "unit_price": unit,
        "price_includes_tax": included,
        "tax_rate": rate,
        "total_excluded": net,
        "total_included": gross,
    }


def less(line: dict[str, Any], kind: LineKind, percent: int) -> dict[str, Any]:
    """Return the line that takes a part of another one off the order."""
    rate, gross = line["tax_rate"], line["total_included"] * percent // 100
    if kind is LineKind.GIFT:
        rate = Decimal(0)
    net = _cents(Decimal(gross) / (1 + rate / 100))
    return {
        "kind": kind,
        "sku": "",
        "name": "Less",
        "quantity": 1,
        "tax_rate": rate,
        "total_excluded": -net,
        "total_included": -gross,
    }


@st.composite
def shop_order(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Return lines with a discount of the order, and a gift card, now and then."""
    lines = draw(st.lists(shop_line(), min_size=1, max_size=5))
    for kind in (LineKind.DISCOUNT, LineKind.GIFT):
        percent = draw(st.integers(0, 40))
        if percent:
            lines.append(less(draw(st.sampled_from(lines[:1])), kind, percent))
    return lines


def one_total(line: dict[str, Any], basis: str) -> dict[str, Any]:
    """Return the line as a shop gives it that totals one basis only."""
    return {**line, basis: None, "unit_price": None}


@tagged("post_install", "-at_install")
class TestOrderTotalsProperty(MemoryShopCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.backend.create_missing_taxes = True
        cls.backend.totals_policy = "refuse"
        cls.backend.workflow_id = cls.env.ref(
            "connector_ecommerce.workflow_confirm_invoice"
        )
        cls.numbers = count(1)
        cls.francs = cls.env.ref("base.CHF")
        cls.francs.active = True
        cls.env["res.currency.rate"].create(
            {"currency_id": cls.francs.id, "name": "2026-01-01", "rate": 0.8}
        )
        cls.env["product.pricelist"].create(
            {"name": "Francs", "currency_id": cls.francs.id}
        )

    def _assert_agrees(self, sale: Any, lines: list[dict[str, Any]]) -> None:
        gross = from_cents(sum(line["total_included"] for line in lines))
        net = from_cents(sum(line["total_excluded"] for line in lines))
        expected = (float(net), float(gross - net), float(gross))
        for document in (sale, *sale.invoice_ids):
            amounts = (
                document.amount_untaxed,
                document.amount_tax,
                document.amount_total,
            )
            self.assertEqual(tuple(round(a, 2) for a in amounts), expected, document)

    @settings(**SETTINGS)
    @given(
        lines=shop_order(),
        rounding=st.sampled_from(("round_globally", "round_per_line")),
        included=st.booleans(),
        foreign=st.booleans(),
    )
    def test_totals_are_those_of_the_shop(
        self,
        lines: list[dict[str, Any]],
        rounding: str,
        included: bool,
        foreign: bool,
    ) -> None:
        """The order, and its invoice, agree on base, tax and total to the cent.

        With taxes in the prices of Odoo or not, discounts, fees, shipping and gift
        cards, in the currency of the company or another, whatever Odoo's rounding.
        """
        self.env.company.tax_calculation_rounding_method = rounding
        self.tax_included.active = included
        self.tax_excluded.active = not included
        currency = self.francs if foreign else self.env.company.currency_id
        sale = self._import(
            f"r{next(self.numbers)}",
            lines=[dict(line) for line in lines],
            currency=currency.name,
        )
        self.assertEqual(sale.currency_id, currency)
        self._assert_agrees(sale, lines)

    @settings(**SETTINGS)
    @given(
        lines=st.lists(shop_line(), min_size=1, max_size=4),
        basis=st.sampled_from(("total_excluded", "total_included")),
        rounding=st.sampled_from(("round_globally", "round_per_line")),
    )
    def test_one_basis_agrees_on_the_total(
        self, lines: list[dict[str, Any]], basis: str, rounding: str
    ) -> None:
        """A shop that gives one total of a line agrees too, by a rounding line."""
        self.env.company.tax_calculation_rounding_method = rounding
        self.backend.write({"totals_policy": "adjust", "totals_tolerance": 1})
        gross = sum(line["total_included"] for line in lines)
        sale = self._import(
            f"o{next(self.numbers)}",
            lines=[one_total(line, basis) for line in lines],
            total_included=from_cents(gross),
            total_tax=None,
        )
        self.assertEqual(round(sale.amount_total, 2), float(from_cents(gross)))

    @settings(**SETTINGS)
    @given(
        before=st.lists(shop_line(), min_size=1, max_size=4),
        after=st.lists(shop_line(), min_size=1, max_size=4),
        confirmed=st.booleans(),
    )
    def test_edited_order_agrees_too(
        self,
        before: list[dict[str, Any]],
        after: list[dict[str, Any]],
        confirmed: bool,
    ) -> None:
        """Any order becomes any other one: lines are changed, added and removed."""
        self.backend.workflow_id = confirmed and self.env.ref(
            "connector_ecommerce.workflow_confirm"
        )
        number = f"e{next(self.numbers)}"
        for lines in (before, after, before):
            numbered = [
                {**line, "external_id": f"L{index}"} for index, line in enumerate(lines)
            ]
            sale = self._import(number, lines=numbered)
            self._assert_agrees(sale, lines)
            self.assertFalse(sale.review_reason)
