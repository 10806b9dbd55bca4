# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The neutral form of a shop's product, which a connector translates into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from .money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopAttribute:
    """What the customer chooses, such as a colour."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopPrice:
    """A price of a variant."""

    amount: Money
    #: code of the price list in the shop, "" for the shop's usual prices
    pricelist_code: str = ""
    #: smallest quantity it is given for
    min_quantity: Decimal = Decimal(0)
    #: naive UTC
    date_start: datetime | None = None
    date_end: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopVariant:
    """What is sold, stored and priced."""

    external_id: str
    sku: str = ""
    barcode: str = ""
    #: chosen value by name of the attribute
    options: Mapping[str, str] = field(default_factory=dict)
    prices: tuple[ShopPrice, ...] = ()
    #: kilograms, None when the shop does not say
    weight: Decimal | None = None
    published: bool = True
    image_url: str = ""
    #: what the shop answered, for a mapper of the binding model
    data: Any = None

    @property
    def price(self) -> Decimal | None:
        """The usual price of one unit, None without one."""
        usual = [p for p in self.prices if not p.pricelist_code and not p.date_start]
        return min(usual, key=_min_quantity).amount if usual else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopProduct:
    """A product of the shop with all its variants."""

    external_id: str
    name: str
    variants: tuple[ShopVariant, ...]
    attributes: tuple[ShopAttribute, ...] = ()
    #: plain text
    description: str = ""
    #: last part of the address of its page
    slug: str = ""
    #: ids of its categories in the shop
    category_ids: tuple[str, ...] = ()
    published: bool = True
    #: whether it is stored and shipped
    is_goods: bool = True
    #: percent; None leaves the taxes of the product alone
    tax_rate: Decimal | None = None
    price_includes_tax: bool = False
    image_url: str = ""
    #: texts by field of the product, by Odoo language code: {"fr_FR": {"name": ...}}
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def lowest_price(self) -> Decimal | None:
        """The price that a list of products shows, None without any."""
        prices = [v.price for v in self.variants if v.price is not None]
        return min(prices, default=None)


def _min_quantity(price: ShopPrice) -> Decimal:
    return price.min_quantity
