# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a shop says it has shipped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopShipment:
    """Goods that left, wherever they left from."""

    external_id: str | None = None
    #: quantity shipped by `external_id` of the order's lines; None: the whole order
    quantities: Mapping[str, Decimal] | None = None
    tracking: str = ""
    #: whether it left; the shop may know of one that waits to
    is_shipped: bool = True
