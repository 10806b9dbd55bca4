# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from odoo.addons.component.core import Component
from odoo.addons.connector.components.synchronizer.version import content_version
from odoo.addons.connector_ecommerce.core import LineKind, PaymentState, nearest_rate

Record = dict[str, Any]
LEFT = {"Pending": False, "Shipped": True, "Delivered": True}  # the others are void
PAYMENT_STATES = {
    "Authorized": PaymentState.AUTHORIZED,
    "Settled": PaymentState.PAID,
    "Created": PaymentState.PENDING,
}


class OrderAdapter(Component):
    _name = "vendure.sale.order.adapter"
    _inherit = "vendure.adapter"
    _apply_on = "vendure.sale.order"

    def search_steps(
        self, start: datetime | None, ids: list[str], filters: Record | None
    ) -> Iterator[tuple[str, str, str]]:
        """Yield id, date and version of the orders since a date, and of these.

        Carts and drafts are not placed: they have no date.
        """
        placed = {"after": f"{start.isoformat()}Z"} if start else {"isNull": False}
        wanted = {"_or": [{"orderPlacedAt": placed}, {"id": {"in": ids}}]}
        for row in self.search_read("...OrderSteps", {"_and": [filters or {}, wanted]}):
            yield row["id"], row["date"], steps(row)

    def cancel(self, external_id: str) -> None:
        """Cancel an order, unless it is cancelled already."""
        if self.read(external_id)["state"] != "Cancelled":
            self.execute("cancelOrder", id=external_id)


def steps(order: Record) -> str:
    """Return what changes with each step of an order, as its version."""
    payments = [
        (p["state"], sorted((r["external_id"], r["state"]) for r in p["refunds"]))
        for p in order["payments"] or ()
    ]
    shipments = [(f["external_id"], f["state"]) for f in order["fulfillments"] or ()]
    first = [order["updatedAt"], order["state"], order["total_included"]]
    return content_version([*first, sorted(payments), sorted(shipments)])


class OrderBatchImporter(Component):
    """The shop dates no payment, shipment, cancellation or refund."""

    _name = "vendure.sale.order.batch.importer"
    _inherit = ["ecommerce.order.batch.importer", "vendure.batch.importer"]
    _apply_on = "vendure.sale.order"
    _final_states = ("Delivered", "Cancelled")
    _chunk_size = 25  # orders compete for the stock: short transactions


class OrderImporter(Component):
    """Translate an order of the shop; the rest is every shop's."""

    _name = "vendure.sale.order.importer"
    _inherit = ["vendure.importer", "ecommerce.sale.order.importer"]
    _apply_on = "vendure.sale.order"

    def _external_version(self) -> str:
        return steps(self.external_record)

    def _is_placed(self) -> bool:
        return bool(self.external_record["date"])

    def _shop_order(self) -> Record:
        order = self.external_record
        payments, fulfillments = order["payments"], order["fulfillments"] or ()
        return {
            **order,
            "cancelled": order["state"] == "Cancelled",
            "total_tax": order["total_included"] - order["total"],
            "lines": [
                *map(self._line, order["lines"]),
                *({**fee, "kind": LineKind.FEE} for fee in order["surcharges"]),
                *map(self._shipping, order["shippingLines"]),
            ],
            "payments": [_payment(payment) for payment in payments],
            "refunds": [r for payment in payments for r in _refunds(payment)],
            "shipments": [_shipment(f) for f in fulfillments if f["state"] in LEFT],
        }

    def _line(self, line: Record) -> Record:
        variant = line["productVariant"]
        included = self.backend_record.prices_include_tax
        return {
            **line,
            **variant,
            **variant["product"],
            "unit_price": line["unitPriceWithTax" if included else "unitPrice"],
            "price_includes_tax": included,
        }

    def _shipping(self, line: Record) -> Record:
        rates = [row["taxRate"] for row in self.external_record["taxSummary"]]
        rate = nearest_rate(line["total_excluded"], line["total_included"], rates)
        named = {**line["shippingMethod"], "kind": LineKind.SHIPPING}
        return {**line, **named, "tax_rate": rate}


def _payment(payment: Record) -> Record:
    state = PAYMENT_STATES.get(payment["state"], PaymentState.VOID)
    refunded = sum(refund["amount"] for refund in _refunds(payment))
    return {**payment, "state": state, "refunded": refunded}


def _refunds(payment: Record) -> list[Record]:
    return [refund for refund in payment["refunds"] if refund["state"] != "Failed"]


def _shipment(shipment: Record) -> Record:
    quantities = {line["orderLineId"]: line["quantity"] for line in shipment["lines"]}
    return {**shipment, "quantities": quantities, "is_shipped": LEFT[shipment["state"]]}
