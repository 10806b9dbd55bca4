# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders of a shop, made for the tests. Amounts are given in cents."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from odoo.addons.connector_ecommerce.core import (
    ShopAddress,
    ShopCustomer,
    ShopLine,
    ShopOrder,
    from_cents,
)

CENTS = ("unit_price", "total_excluded", "total_included")
PARIS = ShopAddress(
    name="Ada Byron",
    street="1 rue de la Paix",
    zip="75002",
    city="Paris",
    country_code="FR",
)
GUEST = ShopCustomer(name="Ada Byron", email="ada@shop.example")


def make_line(**values: Any) -> ShopLine:
    """Return a line; one mug at 20 % tax unless told otherwise."""
    for name in CENTS:
        if values.get(name) is not None:
            values[name] = from_cents(values[name])
    values["quantity"] = Decimal(str(values.get("quantity", 1)))
    values["tax_rate"] = Decimal(str(values.get("tax_rate", 20)))
    values.setdefault("name", "Mug")
    values.setdefault("sku", "MUG")
    return ShopLine(**values)


def make_order(lines: Iterable[dict[str, Any]] = (), **values: Any) -> ShopOrder:
    """Return an order that totals its lines unless told otherwise."""
    shop_lines = tuple(make_line(**line) for line in lines)
    included = sum((ln.total_included or Decimal(0) for ln in shop_lines), Decimal(0))
    excluded = sum((ln.total_excluded or Decimal(0) for ln in shop_lines), Decimal(0))
    defaults = {
        "external_id": "1",
        "name": "S-1001",
        "date": datetime(2026, 11, 1, 12, 0),
        "currency": "USD",
        "customer": GUEST,
        "invoice_address": PARIS,
        "shipping_address": PARIS,
        "lines": shop_lines,
        "total_included": included,
        "total_tax": included - excluded,
    }
    return ShopOrder(**{**defaults, **values})
