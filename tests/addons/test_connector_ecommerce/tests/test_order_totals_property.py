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
    kind = draw(
        st.sampled_from((LineKind.PRODUCT, LineKind.PRODUCT, LineKind.SHIPPING))
    )
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

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        lines=st.lists(shop_line(), min_size=1, max_size=6),
        rounding=st.sampled_from(("round_globally", "round_per_line")),
    )
    def test_totals_are_those_of_the_shop(
        self, lines: list[dict[str, Any]], rounding: str
    ) -> None:
        """The order, and its invoice, agree on base, tax and total to the cent."""
        self.env.company.tax_calculation_rounding_method = rounding
        sale = self._import(f"r{next(self.numbers)}", lines=[dict(ln) for ln in lines])
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
