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
)
from .pricing import LinePrice, TaxSplit, line_price, tax_split
from .product import ShopAttribute, ShopPrice, ShopProduct, ShopVariant
from .shipment import ShopShipment

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
    "ShopShipment",
    "ShopVariant",
    "TaxSplit",
    "from_cents",
    "line_price",
    "quantize",
    "tax_split",
]
