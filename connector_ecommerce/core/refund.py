# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a shop gave back to the customer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from .money import Money, quantize

ZERO = Decimal(0)
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopRefundLine:
    """What was given back for one line of the order, amounts being positive."""

    #: `external_id` of the order's line; "shipping" for the shipping without an id
    line_external_id: str
    quantity: Decimal
    #: None: the price of the order's line
    total_excluded: Money | None = None
    total_included: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopRefund:
    """A refund of an order: for lines, of an amount, or both.

    What `amount` has more or less than the lines is shared among the taxes of the
    order, as a goodwill or a fee kept back.
    """

    external_id: str
    #: in the order's currency, taxes included, positive
    amount: Money
    #: naive UTC
    date: datetime
    lines: tuple[ShopRefundLine, ...] = ()
    reason: str = ""


def share(
    amount: Decimal, weights: Mapping[Key, Decimal], digits: int = 2
) -> dict[Key, Decimal]:
    """Share an amount in proportion to the weights, to the cent.

    The shares add up to the amount: the largest ones take what rounding leaves. Those
    of zero are left out. Empty when no weight is positive.
    """
    positive = {key: weight for key, weight in weights.items() if weight > 0}
    total = sum(positive.values(), start=ZERO)
    if not total:
        return {}
    shares = {k: quantize(amount * w / total, digits) for k, w in positive.items()}
    largest = max(positive, key=positive.__getitem__)
    shares[largest] += amount - sum(shares.values(), start=ZERO)
    return {key: part for key, part in shares.items() if part}
