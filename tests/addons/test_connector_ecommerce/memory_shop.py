# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A shop without a network: what the adapters talk to instead of a server."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Self


@dataclass(slots=True)
class MemoryShop:
    """Records by id, as a shop would answer them, and what it was sent."""

    orders: dict[str, Any] = field(default_factory=dict)
    customers: dict[str, dict[str, Any]] = field(default_factory=dict)
    products: dict[str, dict[str, Any]] = field(default_factory=dict)
    #: products in the neutral form, with their variants
    templates: dict[str, Any] = field(default_factory=dict)
    categories: dict[str, dict[str, Any]] = field(default_factory=dict)
    #: categories that were moved, each with its new parent
    moves: list[tuple[str, str | None]] = field(default_factory=list)
    shipments: dict[str, dict[str, Any]] = field(default_factory=dict)
    invoices: dict[str, dict[str, Any]] = field(default_factory=dict)
    #: ids of the orders that were cancelled by us, and of those that can't be
    cancelled: list[str] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    #: content by URL
    images: dict[str, bytes] = field(default_factory=dict)
    #: quantities on hand in the shop, by id of the product
    levels: dict[str, float] = field(default_factory=dict)
    #: quantities of each call, by id of the product
    stock_calls: list[dict[str, float]] = field(default_factory=list)
    #: prices by price list, of each call, by id of the product
    price_calls: list[dict[str, dict[str, float]]] = field(default_factory=list)


#: shops by the name of their backend
SHOPS: dict[str, MemoryShop] = {}


class MemoryClient:
    """Answer one content, at the edge of the network."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        return None

    def get(self, path: str) -> Self:
        """Return the answer, which is itself."""
        return self
