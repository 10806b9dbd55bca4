# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from odoo.addons.component.core import Component
from odoo.addons.connector.components.synchronizer.version import (
    content_version,
    parse_datetime,
)
from odoo.addons.connector_ecommerce.core import (
    LineKind,
    PaymentState,
    ShopAddress,
    ShopCustomer,
    ShopLine,
    ShopOrder,
    ShopPayment,
    ShopRefund,
    ShopRefundLine,
    ShopShipment,
    from_cents,
)

FINAL_STATES = ("Delivered", "Cancelled")  # the shop expects nothing more to happen
SHIPPED_STATES = ("Shipped", "Delivered")
PAYMENT_STATES = {
    "Authorized": PaymentState.AUTHORIZED,
    "Settled": PaymentState.PAID,
    "Created": PaymentState.PENDING,
}
# Orders this old are not looked at again once they are delivered or cancelled.
RETURN_PERIOD = timedelta(days=60)
OVERLAP = timedelta(minutes=5)  # the shop may publish orders later than it dates them
PROGRESS = """
    id orderPlacedAt updatedAt state totalWithTax
    payments { state refunds { id state } } fulfillments { id state }
"""


class OrderAdapter(Component):
    _name = "vendure.sale.order.adapter"
    _inherit = "vendure.adapter"
    _apply_on = "vendure.sale.order"

    _object = "Order"

    def search_changes(
        self, since: str | None, filters: dict[str, Any] | None = None
    ) -> Iterator[tuple[str, str]]:
        """Yield the new orders, then those that moved on in the shop.

        The date of change of an order does not move when it is paid, shipped, cancelled
        or paid back: the ones open here, and all the recent ones, are looked at again.
        """
        start = self.backend_record.import_orders_since
        if since:
            start = min(parse_datetime(since), datetime.now() - RETURN_PERIOD)
        known = self._known_orders(start) if since else {}
        opened = [id_ for id_, (state, _) in known.items() if state not in FINAL_STATES]
        wanted = {"_or": [_placed(start), {"id": {"in": opened}}]}
        filters = {"_and": [filters or {}, wanted if opened else _placed(start)]}
        for row in self.search_read(PROGRESS, filters):
            if known.get(row["id"], ("", ""))[1] != progress(row):
                yield row["id"], row["orderPlacedAt"]

    def cancel(self, external_id: str) -> None:
        """Cancel an order, unless it is cancelled already."""
        if self.read(external_id)["state"] != "Cancelled":
            cancel = {"orderId": external_id, "cancelShipping": True}
            self.execute("cancelOrder", input=cancel)

    def search_new(self) -> list[str]:
        """Return the orders placed since the newest one here, that are not here."""
        domain = [("backend_id", "=", self.backend_record.id)]
        newest = self.model.search(domain, order="date_order desc", limit=1)
        if not newest:
            return []  # the first import is not to be a surprise
        ids = self.search(_placed(newest.date_order - OVERLAP))
        known = self.binder_for().prefetch(ids).mapped("external_id")
        return [id_ for id_ in ids if id_ not in known]

    def _known_orders(self, start: datetime) -> dict[str, tuple[str, str]]:
        """Return state and version of the open and recent orders here, by their id."""
        orders = self.model.search_fetch(
            [
                ("backend_id", "=", self.backend_record.id),
                "|",
                ("shop_state", "not in", FINAL_STATES),
                ("date_order", ">=", start),
            ],
            ["external_id", "shop_state", "external_version"],
        )
        return {o.external_id: (o.shop_state, o.external_version) for o in orders}


def _placed(start: datetime | None) -> dict[str, Any]:
    """Return the filter of the orders since a date; carts and drafts are not placed."""
    if start:
        return {"orderPlacedAt": {"after": f"{start.isoformat()}Z"}}
    return {"orderPlacedAt": {"isNull": False}}


def progress(order: dict[str, Any]) -> str:
    """Return what changes with each step of an order, as its version."""
    payments = [
        (p["state"], sorted((r["id"], r["state"]) for r in p["refunds"]))
        for p in order["payments"] or ()
    ]
    shipments = sorted((f["id"], f["state"]) for f in order["fulfillments"] or ())
    steps = [order["updatedAt"], order["state"], order["totalWithTax"]]
    return content_version([*steps, sorted(payments), shipments])


class OrderBatchImporter(Component):
    _name = "vendure.sale.order.batch.importer"
    _inherit = "vendure.batch.importer"
    _apply_on = "vendure.sale.order"

    def run_new(self) -> str:
        """Import the orders placed in the last seconds; the others are left to
        `run_since_last()`, which looks at more.
        """
        return self._done(self._import_all(self.backend_adapter.search_new()))


class OrderImporter(Component):
    """Translate an order of the shop; the rest is every shop's."""

    _name = "vendure.sale.order.importer"
    _inherit = ["ecommerce.sale.order.importer", "vendure.importer"]
    _apply_on = "vendure.sale.order"

    _partner_binding_model = "vendure.res.partner"
    _product_binding_model = "vendure.product.product"
    _template_binding_model = "vendure.product.template"

    def _external_version(self) -> str:
        return progress(self.external_record)

    def _must_skip(self) -> str | None:
        if not self.external_record["orderPlacedAt"]:
            return self.env._("This order is not placed yet: it is a cart or a draft.")
        return super()._must_skip()

    def _shop_order(self) -> ShopOrder:
        record = self.external_record
        return ShopOrder(
            external_id=record["id"],
            name=record["code"],
            date=parse_datetime(record["orderPlacedAt"]),
            currency=record["currencyCode"],
            customer=self._customer(record["customer"]),
            invoice_address=self._address(record["billingAddress"]),
            shipping_address=self._address(record["shippingAddress"]),
            lines=(*self._product_lines(), *self._fee_lines(), *self._shipping_lines()),
            total_included=from_cents(record["totalWithTax"]),
            total_tax=from_cents(record["totalWithTax"] - record["total"]),
            payments=tuple(self._payment(payment) for payment in record["payments"]),
            coupons=tuple(record["couponCodes"]),
            cancelled=record["state"] == "Cancelled",
            state=record["state"],
            shipments=tuple(self._shipments()),
            refunds=tuple(self._refunds()),
        )

    def _customer(self, customer: dict[str, Any]) -> ShopCustomer:
        return ShopCustomer(
            external_id=customer["id"],
            name=f"{customer['firstName']} {customer['lastName']}".strip(),
            email=customer["emailAddress"],
            phone=customer["phoneNumber"] or "",
        )

    def _address(self, address: dict[str, Any] | None) -> ShopAddress:
        texts = {key: text or "" for key, text in (address or {}).items()}
        return ShopAddress(
            name=texts.get("fullName", ""),
            company=texts.get("company", ""),
            street=texts.get("streetLine1", ""),
            street2=texts.get("streetLine2", ""),
            zip=texts.get("postalCode", ""),
            city=texts.get("city", ""),
            state_code=texts.get("province", ""),
            country_code=texts.get("countryCode", ""),
            phone=texts.get("phoneNumber", ""),
        )

    def _product_lines(self) -> Iterator[ShopLine]:
        included = self.backend_record.prices_include_tax
        for line in self.external_record["lines"]:
            variant = line["productVariant"]
            unit_price = line["unitPriceWithTax" if included else "unitPrice"]
            yield ShopLine(
                external_id=line["id"],
                name=variant["name"],
                product_external_id=variant["id"],
                template_external_id=variant["product"]["id"],
                sku=variant["sku"],
                quantity=Decimal(line["quantity"]),
                unit_price=from_cents(unit_price),
                price_includes_tax=included,
                tax_rate=Decimal(str(line["taxRate"])),
                total_excluded=from_cents(line["proratedLinePrice"]),
                total_included=from_cents(line["proratedLinePriceWithTax"]),
            )

    def _fee_lines(self) -> Iterator[ShopLine]:
        for fee in self.external_record["surcharges"]:
            yield ShopLine(
                kind=LineKind.FEE,
                name=fee["description"],
                quantity=Decimal(1),
                tax_rate=Decimal(str(fee["taxRate"])),
                total_excluded=from_cents(fee["price"]),
                total_included=from_cents(fee["priceWithTax"]),
            )

    def _shipping_lines(self) -> Iterator[ShopLine]:
        for line in self.external_record["shippingLines"]:
            excluded = line["discountedPrice"]
            included = line["discountedPriceWithTax"]
            yield ShopLine(
                kind=LineKind.SHIPPING,
                name=line["shippingMethod"]["name"],
                carrier_code=line["shippingMethod"]["name"],
                quantity=Decimal(1),
                tax_rate=self._shipping_rate(excluded, included),
                total_excluded=from_cents(excluded),
                total_included=from_cents(included),
            )

    def _shipping_rate(self, excluded: int, included: int) -> Decimal:
        """Return the rate of the order nearest to what the shop, silent, applied."""
        if excluded == included:
            return Decimal(0)
        rates = [row["taxRate"] for row in self.external_record["taxSummary"]]
        applied = (included - excluded) * 100 / excluded
        return Decimal(str(min(rates, key=lambda rate: abs(rate - applied))))

    def _payment(self, payment: dict[str, Any]) -> ShopPayment:
        return ShopPayment(
            method=payment["method"],
            amount=from_cents(payment["amount"]),
            state=PAYMENT_STATES.get(payment["state"], PaymentState.VOID),
            transaction=payment["transactionId"] or "",
        )

    def _shipments(self) -> Iterator[ShopShipment]:
        for fulfilment in self.external_record["fulfillments"]:
            if fulfilment["state"] in SHIPPED_STATES:
                yield ShopShipment(
                    external_id=fulfilment["id"],
                    tracking=fulfilment["trackingCode"] or "",
                    quantities={
                        line["orderLineId"]: Decimal(line["quantity"])
                        for line in fulfilment["lines"]
                    },
                )

    def _refunds(self) -> Iterator[ShopRefund]:
        for payment in self.external_record["payments"]:
            for refund in payment["refunds"]:
                if refund["state"] == "Failed":
                    continue
                yield ShopRefund(
                    external_id=refund["id"],
                    amount=from_cents(refund["total"]),
                    date=parse_datetime(refund["createdAt"]),
                    reason=refund["reason"] or "",
                    lines=tuple(
                        ShopRefundLine(
                            line_external_id=line["orderLineId"],
                            quantity=Decimal(line["quantity"]),
                        )
                        for line in refund["lines"]
                    ),
                )
