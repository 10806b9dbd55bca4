# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a shop's order says, as plain values: no Odoo import here."""

from .money import from_cents, quantize
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
from .pricing import LinePrice, TaxSplit, line_price, tax_split
from .product import ShopAttribute, ShopPrice, ShopProduct, ShopVariant
from .refund import ShopRefund, ShopRefundLine, share
from .shipment import ShopShipment
from .version import version_of

__all__ = [
    "LineKind",
    "LinePrice",
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
    "quantize",
    "share",
    "tax_split",
    "version_of",
]
