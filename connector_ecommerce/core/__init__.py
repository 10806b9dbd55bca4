# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a shop's order says, as plain values: no Odoo import here."""

from .money import Money, from_cents, quantize
from .neutral import neutral
from .order import (
    LineKind,
    PaymentState,
    ShopAddress,
    ShopCustomer,
    ShopLine,
    ShopOrder,
    ShopPayment,
    lines_by_ref,
)
from .pricing import LinePrice, TaxSplit, line_price, nearest_rate, tax_split
from .product import ShopAttribute, ShopPrice, ShopProduct, ShopVariant
from .refund import ShopRefund, ShopRefundLine, share
from .shipment import ShopShipment
from .version import version_of

__all__ = [
    "LineKind",
    "LinePrice",
    "Money",
    "PaymentState",
    "ShopAddress",
    "ShopAttribute",
    "ShopCustomer",
    "ShopLine",
    "ShopOrder",
    "ShopPayment",
    "ShopPrice",
    "ShopProduct",
    "ShopRefund",
    "ShopRefundLine",
    "ShopShipment",
    "ShopVariant",
    "TaxSplit",
    "from_cents",
    "line_price",
    "lines_by_ref",
    "nearest_rate",
    "neutral",
    "quantize",
    "share",
    "tax_split",
    "version_of",
]
