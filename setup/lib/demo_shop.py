# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a Vendure shop says of itself: the other side of the demo's checks."""

from __future__ import annotations

from typing import Any

import requests

# Neither carts nor drafts are orders yet.
FILTERS = {"orders": {"active": {"eq": False}, "state": {"notEq": "Draft"}}}


class DemoError(Exception):
    """The demo cannot go on; the message says what to do."""


class Shop:
    """What the shop itself says, asked without any code of the connector."""

    def __init__(self, url: str, key: str) -> None:
        self.url = url
        self.session = requests.Session()
        self.session.headers["vendure-api-key"] = key

    def query(self, query: str, **variables: Any) -> dict[str, Any]:
        """Return the data of a query; DemoError when the shop does not answer it."""
        body: dict[str, Any] = {"query": query, "variables": variables}
        try:
            answer = self.session.post(f"{self.url}/admin-api", json=body, timeout=30)
        except requests.RequestException as error:
            raise DemoError(f"No shop answers at {self.url}: {error}") from error
        content = answer.json()
        if content.get("errors"):
            raise DemoError(f"{self.url}: {content['errors'][0]['message']}")
        return content["data"]

    def count(self, what: str) -> int:
        """Return how many objects a list has."""
        filters = FILTERS.get(what, {})
        kind = what[0].upper() + what[1:-1]
        query = (
            f"query($o: {kind}ListOptions) {{ {what}(options: $o) {{ totalItems }} }}"
        )
        return self.query(query, o={"take": 1, "filter": filters})[what]["totalItems"]

    def order_totals(self) -> dict[str, int]:
        """Return the total of each order in cents, taxes included, by its id."""
        query = """query($o: OrderListOptions) {
            orders(options: $o) { totalItems items { id totalWithTax } }
        }"""
        rows = self.rows("orders", query)
        return {row["id"]: row["totalWithTax"] for row in rows}

    def stock_levels(self) -> dict[str, int]:
        """Return the quantity on hand of each variant, by its id."""
        query = """query($o: ProductVariantListOptions) {
            productVariants(options: $o) {
                totalItems items { id stockLevels { stockOnHand } }
            }
        }"""
        return {
            row["id"]: sum(level["stockOnHand"] for level in row["stockLevels"])
            for row in self.rows("productVariants", query)
        }

    def rows(self, what: str, query: str) -> list[dict]:
        """Return all the rows of a list, page by page."""
        rows: list[dict] = []
        filters = FILTERS.get(what, {})
        while True:
            options = {"skip": len(rows), "take": 500, "sort": {"id": "ASC"}}
            page = self.query(query, o={**options, "filter": filters})[what]
            rows += page["items"]
            if not page["items"] or len(rows) >= page["totalItems"]:
                return rows

    def shipments(self, order: str) -> list[tuple[str, str]]:
        """Return tracking number and state of the fulfilments of an order."""
        query = (
            "query($id: ID!) { order(id: $id) { fulfillments { trackingCode state } } }"
        )
        fulfilments = self.query(query, id=order)["order"]["fulfillments"] or []
        return [(f["trackingCode"], f["state"]) for f in fulfilments]
