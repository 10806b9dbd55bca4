# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Exact amounts: a float never holds money before it reaches an Odoo field."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated

#: An amount of money, which shops give in units or in cents
Money = Annotated[Decimal, "money"]


def from_cents(amount: int, digits: int = 2) -> Decimal:
    """Return the amount of an integer in minor units, 1234 cents being 12.34."""
    return Decimal(amount).scaleb(-digits)


def quantize(amount: Decimal, digits: int = 2) -> Decimal:
    """Round half up to `digits` decimals, as Odoo's currencies do."""
    return amount.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
