# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The neutral form of a shop's order, which every connector translates into.

Amounts are `Decimal`, in the order's currency; rates are percents; dates are naive
UTC. The importer reads these values only, so that a new shop needs a translation and
no accounting.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from itertools import count

from .money import Money
from .refund import ShopRefund
from .shipment import ShopShipment

ZERO = Decimal(0)


class LineKind(StrEnum):
    """What a line of an order charges, which decides its product in Odoo."""

    #: goods or services of the catalogue: the product is bound, or found by its SKU
    PRODUCT = "product"
    #: carriage; `carrier_code` may name the method
    SHIPPING = "shipping"
    #: a reduction of the whole order, its amounts being negative
    DISCOUNT = "discount"
    #: fee of a payment method
    FEE = "fee"
    #: cash on delivery
    COD = "cod"
    #: gift card used as a payment of the order, its amounts being negative
    GIFT = "gift"


class PaymentState(StrEnum):
    """How far the payment of an order went."""

    #: nothing is promised yet
    PENDING = "pending"
    #: the amount is reserved, not taken
    AUTHORIZED = "authorized"
    #: the amount was taken
    PAID = "paid"
    #: the payment failed, was voided or given back: it covers nothing
    VOID = "void"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopAddress:
    """Where goods or invoices go, as the order froze it."""

    name: str = ""
    #: id of the address in the shop, None when the shop only keeps the text
    external_id: str | None = None
    company: str = ""
    street: str = ""
    street2: str = ""
    zip: str = ""
    city: str = ""
    #: code of the state or province in its country, such as "CA"
    state_code: str = ""
    #: ISO 3166 alpha-2
    country_code: str = ""
    phone: str = ""
    email: str = ""
    vat: str = ""

    def is_empty(self) -> bool:
        """Return whether the address says nothing of a place."""
        return not (self.street or self.street2 or self.city or self.zip)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopCustomer:
    """Who ordered. A guest has no `external_id`."""

    #: made of first and last name when it is not given
    name: str = ""
    first_name: str = ""
    last_name: str = ""
    external_id: str | None = None
    email: str = ""
    phone: str = ""
    company: str = ""
    vat: str = ""
    #: Odoo language code such as "fr_FR", kept only when it is installed
    lang: str = ""

    def __post_init__(self) -> None:
        if not self.name:
            whole = f"{self.first_name} {self.last_name}".strip()
            object.__setattr__(self, "name", whole)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopLine:
    """One line of an order.

    The totals are what the customer pays for the line, every discount prorated on it
    included. A shop gives at least one of `total_excluded`, `total_included` and
    `unit_price`; with both totals the order agrees with the shop tax by tax.
    """

    name: str
    quantity: Decimal = Decimal(1)
    kind: LineKind = LineKind.PRODUCT
    external_id: str | None = None
    #: id of the product (variant) in the shop
    product_external_id: str | None = None
    #: id of the product that the variant belongs to, where it is imported with it
    template_external_id: str | None = None
    sku: str = ""
    #: price before discounts
    unit_price: Money | None = None
    #: whether `unit_price` has the tax in it
    price_includes_tax: bool = False
    #: percent; None when the shop does not say, the product's taxes are used then
    tax_rate: Decimal | None = None
    total_excluded: Money | None = None
    total_included: Money | None = None
    #: code of the shipping method, for lines of kind `SHIPPING`
    carrier_code: str = ""
    #: code of the gift card or coupon
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopPayment:
    """One payment, or attempt, of an order."""

    method: str
    amount: Money
    state: PaymentState
    transaction: str = ""
    #: id of the payment in the shop
    external_id: str | None = None
    #: what of it was given back
    refunded: Money = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopOrder:
    """A whole order, as the shop totals it."""

    external_id: str
    #: number the customer knows
    name: str
    #: naive UTC
    date: datetime
    #: ISO 4217
    currency: str
    customer: ShopCustomer
    invoice_address: ShopAddress = ShopAddress()
    shipping_address: ShopAddress = ShopAddress()
    lines: tuple[ShopLine, ...]
    total_included: Money
    #: None when the shop does not total its taxes
    total_tax: Money | None = None
    payments: tuple[ShopPayment, ...] = ()
    coupons: tuple[str, ...] = ()
    #: what left already, from the shop itself or told to it by us
    shipments: tuple[ShopShipment, ...] = ()
    refunds: tuple[ShopRefund, ...] = ()
    #: code of the price list in the shop, "" for its usual prices
    pricelist_code: str = ""
    #: code of the stock location that ships it, "" for the usual one
    warehouse_code: str = ""
    cancelled: bool = False
    #: state in the shop's own words
    state: str = ""
    note: str = ""

    @property
    def payment_state(self) -> PaymentState:
        """How far the payments cover the total."""
        paid = self._sum(PaymentState.PAID)
        if paid >= self.total_included:
            return PaymentState.PAID
        if paid + self._sum(PaymentState.AUTHORIZED) >= self.total_included:
            return PaymentState.AUTHORIZED
        return PaymentState.PENDING

    @property
    def payment_method(self) -> str:
        """Name of the method that carries the order, "" when none is known."""
        valid = [p for p in self.payments if p.state is not PaymentState.VOID]
        largest = max(valid or self.payments, key=_amount, default=None)
        return largest.method if largest else ""

    def is_kept_amount_due(self) -> bool:
        """Tell whether what was paid and not given back is what the order costs."""
        refunded = _total(refund.amount for refund in self.refunds)
        return self._sum(PaymentState.PAID) - refunded >= self.total_included

    def lines_of(self, *kinds: LineKind) -> tuple[ShopLine, ...]:
        """Return the lines of these kinds, in the order of the shop."""
        return tuple(line for line in self.lines if line.kind in kinds)

    @property
    def tracking(self) -> str:
        """Tracking numbers of its shipments, comma separated."""
        return ", ".join(s.tracking for s in self._shipped() if s.tracking)

    def shipped_quantities(self) -> dict[str | None, Decimal]:
        """Return what the shop shipped of each line of goods, by the line's id.

        Lines without an id are counted together, under None.
        """
        pairs: list[tuple[str | None, Decimal]] = []
        for shipment in self._shipped():
            if shipment.quantities is None:  # all of them
                lines = self.lines_of(LineKind.PRODUCT)
                return _sum_by_line((line.external_id, line.quantity) for line in lines)
            pairs += shipment.quantities.items()
        return _sum_by_line(pairs)

    def _shipped(self) -> list[ShopShipment]:
        return [shipment for shipment in self.shipments if shipment.is_shipped]

    def _sum(self, state: PaymentState) -> Decimal:
        return _total(p.amount for p in self.payments if p.state is state)


def lines_by_ref(lines: Iterable[ShopLine]) -> dict[str | None, list[ShopLine]]:
    """Return lines by what identifies them in their order: their id, else their kind.

    Goods without an id are under None: nothing tells them apart. The second shipping
    line without an id is "shipping-2".
    """
    by_ref: dict[str | None, list[ShopLine]] = {}
    for line in lines:
        ref = line.external_id
        if ref is None and line.kind is not LineKind.PRODUCT:
            ref = _free_ref(line.kind.value, by_ref)
        by_ref.setdefault(ref, []).append(line)
    return by_ref


def _free_ref(kind: str, taken: Collection[str | None]) -> str:
    if kind not in taken:
        return kind
    return next(ref for n in count(2) if (ref := f"{kind}-{n}") not in taken)


def _amount(payment: ShopPayment) -> Decimal:
    return payment.amount


def _total(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, start=ZERO)


def _sum_by_line(
    pairs: Iterable[tuple[str | None, Decimal]],
) -> dict[str | None, Decimal]:
    quantities: dict[str | None, Decimal] = {}
    for line_id, quantity in pairs:
        quantities[line_id] = quantities.get(line_id, ZERO) + quantity
    return quantities
