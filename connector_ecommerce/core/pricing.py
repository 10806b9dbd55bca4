# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From what a customer pays for a line to what Odoo has to be told.

Odoo holds a unit price, a discount percentage and a tax that is or is not in the
price. A shop gives totals. The total rules: a unit price or a percentage that would
miss it by a cent is not used.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from .money import quantize
from .order import ShopLine

HUNDRED = Decimal(100)
#: Below what a float holds of an amount: nearer totals are the same
EXACT = Decimal("0.000000001")


@dataclass(frozen=True, slots=True)
class LinePrice:
    """Unit price and discount (percent) of a line in Odoo."""

    price_unit: Decimal
    discount: Decimal


@dataclass(frozen=True, slots=True)
class TaxSplit:
    """Base and tax of a line, as the shop rounds them."""

    excluded: Decimal
    tax: Decimal


def line_price(
    line: ShopLine, tax_included: bool, digits: int = 2, discount_digits: int = 2
) -> LinePrice:
    """Return the unit price and discount that give the line's total.

    `tax_included` is the basis of the tax used in Odoo, whatever the shop's is. The
    discount is shown as a percentage where that is exact to the cent and the shop gives
    the totals of both bases (the tax is then told to Odoo, not computed); else it is
    in the unit price.
    """
    total = line_total(line, tax_included, digits)
    if not line.quantity:
        return LinePrice(_listed(line, tax_included) or total, Decimal(0))
    net = LinePrice(total / line.quantity, Decimal(0))
    listed = _listed(line, tax_included)
    if listed is None or listed <= 0:
        return net
    gross = listed * line.quantity
    if abs(gross - total) <= EXACT:
        return LinePrice(listed, Decimal(0))
    if total > gross or total < 0:
        return net
    tolerance = EXACT
    if tax_split(line) is not None:
        tolerance = Decimal("0.5").scaleb(-digits) - EXACT
    discount = _discount(gross, total, tolerance, discount_digits)
    return net if discount is None else LinePrice(listed, discount)


def _discount(
    gross: Decimal, total: Decimal, tolerance: Decimal, digits: int
) -> Decimal | None:
    """Return the roundest percentage that gives the total, None when none does."""
    for decimals in range(digits + 1):
        discount = quantize(HUNDRED - total * HUNDRED / gross, decimals)
        if abs(gross * (HUNDRED - discount) / HUNDRED - total) <= tolerance:
            return discount
    return None


def line_total(line: ShopLine, tax_included: bool, digits: int = 2) -> Decimal:
    """Return what the line costs, with or without its tax.

    The other basis is converted at the line's rate when the shop gives only that one.
    Raises ValueError when the line has no amount at all.
    """
    given = line.total_included if tax_included else line.total_excluded
    if given is not None:
        return given
    other = line.total_excluded if tax_included else line.total_included
    if other is not None:
        return quantize(_convert(other, line, tax_included), digits)
    if line.unit_price is None:
        raise ValueError(
            f"Line {line.name!r} has neither a total nor a unit price: fill "
            "total_included, total_excluded or unit_price in its ShopLine."
        )
    return _unit_price(line, tax_included) * line.quantity


def tax_split(line: ShopLine) -> TaxSplit | None:
    """Return base and tax of the line, None when the shop gives only one total."""
    if line.total_excluded is None or line.total_included is None:
        return None
    return TaxSplit(line.total_excluded, line.total_included - line.total_excluded)


def nearest_rate(
    excluded: Decimal | int, included: Decimal | int, rates: Iterable[float]
) -> Decimal:
    """Return the rate (percent) that was applied, where the shop gives only amounts.

    Rounded to the cent they give another one: the nearest of the rates it may be.
    """
    if excluded == included:
        return Decimal(0)
    applied = (included - excluded) * HUNDRED / excluded
    exact = [Decimal(str(rate)) for rate in rates]
    return min(exact, key=lambda rate: abs(rate - applied))


def _listed(line: ShopLine, tax_included: bool) -> Decimal | None:
    """Price before discounts, in the asked basis.

    A converted price has more decimals than any price list: it is not worth showing,
    so that None is returned and the total is divided by the quantity instead.
    """
    if line.unit_price is None or line.price_includes_tax != tax_included:
        return None
    return line.unit_price


def _unit_price(line: ShopLine, tax_included: bool) -> Decimal:
    price = line.unit_price or Decimal(0)
    if line.price_includes_tax == tax_included:
        return price
    return _convert(price, line, tax_included)


def _convert(amount: Decimal, line: ShopLine, to_included: bool) -> Decimal:
    factor = 1 + (line.tax_rate or Decimal(0)) / HUNDRED
    return amount * factor if to_included else amount / factor
