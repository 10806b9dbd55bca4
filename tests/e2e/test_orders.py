# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What happens to an order in the shop, seen in Odoo."""

from __future__ import annotations

from typing import Any

import pytest

from .shopper import FAILED, Shopper
from .stage import Stage

READ = """query($id: ID!) { order(id: $id) {
    state total totalWithTax payments { id amount } lines { id quantity }
} }"""
NEW_PRODUCT = """mutation($i: CreateProductInput!) {
    createProduct(input: $i) { id }
}"""
NEW_VARIANT = """mutation($i: [CreateProductVariantInput!]!) {
    createProductVariants(input: $i) { id }
}"""
REDUCED = "2"  # the tax category of 10 %, which no product of the seed has
ZERO = "3"


@pytest.fixture(scope="module")
def variants(stage: Stage) -> list[str]:
    """Return variants of the shop: one of 20 %, one of 10 %, one of 0 %."""
    return ["1", *(new_variant(stage, category) for category in (REDUCED, ZERO))]


@pytest.fixture
def order_id(stage: Stage, variants: list[str]) -> str:
    """Return an order of all three, with a coupon, which is paid and imported."""
    shopper = Shopper(stage.shop_url, "hayden.zieme@shop.example")
    order_id = shopper.place(dict(zip(variants, (1, 3, 7), strict=True)), "WELCOME10")
    poll(stage)
    with stage.env() as env:
        assert stage.order(env, order_id).shop_state == "PaymentAuthorized"
    payment = read(stage, order_id)["payments"][0]["id"]
    act(stage, "settlePayment", "ID", "Payment", payment)
    return order_id


def new_variant(stage: Stage, tax_category: str) -> str:
    """Create a product of an odd price in the shop, and return its variant."""
    text = {"languageCode": "en", "name": f"Tea {tax_category}"}
    product = {
        "enabled": True,
        "translations": [
            {**text, "slug": f"tea-{tax_category}", "description": "<p>Tea</p>"}
        ],
    }
    product_id = stage.ask(NEW_PRODUCT, i=product)["createProduct"]["id"]
    variant = {
        "productId": product_id,
        "sku": f"TEA-{tax_category}",
        "price": 333,
        "taxCategoryId": tax_category,
        "stockOnHand": 1000,
        "translations": [text],
    }
    return stage.ask(NEW_VARIANT, i=[variant])["createProductVariants"][0]["id"]


def read(stage: Stage, order_id: str) -> dict[str, Any]:
    """Return what the shop says of an order."""
    return stage.ask(READ, id=order_id)["order"]


def act(stage: Stage, operation: str, kind: str, result: str, value: Any) -> Any:
    """Do something in the shop, which must not refuse it."""
    name = "id" if kind == "ID" else "input"
    query = (
        f"mutation($v: {kind}!) {{ {operation}({name}: $v) "
        f"{{ ... on {result} {{ id }} {FAILED} }} }}"
    )
    answer = stage.ask(query, v=value)[operation]
    assert "errorCode" not in answer, answer
    return answer


def ship(stage: Stage, order_id: str, lines: list[dict[str, Any]]) -> str:
    """Ship some lines from the shop itself, and return the fulfilment."""
    arguments = [
        {"name": "method", "value": "DHL"},
        {"name": "trackingCode", "value": f"DHL-{order_id}"},
    ]
    handler = {"code": "manual-fulfillment", "arguments": arguments}
    wanted = [{"orderLineId": n["id"], "quantity": n["quantity"]} for n in lines]
    data = {"lines": wanted, "handler": handler}
    fulfilment = act(
        stage, "addFulfillmentToOrder", "FulfillOrderInput", "Fulfillment", data
    )
    transition(stage, fulfilment["id"], "Shipped")
    return fulfilment["id"]


def transition(stage: Stage, fulfilment: str, state: str) -> None:
    """Move a fulfilment on."""
    answer = stage.ask(
        "mutation($id: ID!, $s: String!) { transitionFulfillmentToState("
        f"id: $id, state: $s) {{ ... on Fulfillment {{ id }} {FAILED} }} }}",
        id=fulfilment,
        s=state,
    )["transitionFulfillmentToState"]
    assert "errorCode" not in answer, answer


def poll(stage: Stage) -> None:
    """Import new orders as the job does that looks every few seconds."""
    with stage.env() as env:
        stage.backend(env).with_delay().poll_orders()
    stage.wait_idle()


def synchronize(stage: Stage, order_id: str) -> dict[str, Any]:
    """Import what changed in the shop; return the order as it is in Odoo."""
    with stage.env() as env:
        stage.backend(env).import_since_last("vendure.sale.order")
    stage.wait_idle()
    with stage.env() as env:
        order = stage.order(env, order_id)
        return {
            "state": order.state,
            "shop_state": order.shop_state,
            "total": round(order.amount_total * 100),
            "tax": round(order.amount_tax * 100),
            "rates": sorted(set(order.order_line.tax_ids.mapped("amount"))),
            "pickings": sorted(order.picking_ids.mapped("state")),
            "delivered": sum(order.order_line.mapped("qty_delivered")),
            "tracking": sorted(
                filter(None, order.picking_ids.mapped("carrier_tracking_ref"))
            ),
            "credited": [
                round(note.amount_total * 100)
                for note in env["account.move"].search(
                    [("reversed_entry_id", "in", order.invoice_ids.ids)]
                )
            ],
        }


def test_taxes_and_coupon(stage: Stage, order_id: str) -> None:
    """Three rates, a coupon and shipping agree with the shop to the cent."""
    here, shop = synchronize(stage, order_id), read(stage, order_id)
    assert here["shop_state"] == "PaymentSettled"
    assert here["state"] == "sale"
    assert here["total"] == shop["totalWithTax"]
    assert here["tax"] == shop["totalWithTax"] - shop["total"]
    assert {10, 20} <= set(here["rates"])


def test_shipped_and_delivered_by_the_shop_in_parts(
    stage: Stage, order_id: str
) -> None:
    """What leaves from the shop is delivered here; the rest stays to be done."""
    first, *others = read(stage, order_id)["lines"]
    fulfilment = ship(stage, order_id, [first])
    here = synchronize(stage, order_id)
    assert here["shop_state"] == "PartiallyShipped"
    assert "done" in here["pickings"] and here["delivered"] == first["quantity"]
    assert here["tracking"] == [f"DHL-{order_id}"]
    transition(stage, fulfilment, "Delivered")
    assert synchronize(stage, order_id)["shop_state"] == "PartiallyDelivered"
    ship(stage, order_id, others)
    here = synchronize(stage, order_id)
    assert set(here["pickings"]) == {"done"}
    assert here["delivered"] == 11
    with stage.env() as env:
        assert not stage.order(env, order_id).picking_ids.vendure_bind_ids


def test_cancelled_by_the_shop(stage: Stage, order_id: str) -> None:
    """An order cancelled in the shop is cancelled here."""
    cancel = {"orderId": order_id, "cancelShipping": True}
    act(stage, "cancelOrder", "CancelOrderInput", "Order", cancel)
    here = synchronize(stage, order_id)
    assert (here["shop_state"], here["state"]) == ("Cancelled", "cancel")


def test_cancelled_in_part_by_the_shop(stage: Stage, order_id: str) -> None:
    """A line that the shop takes off the order is taken off here."""
    line = read(stage, order_id)["lines"][1]
    lines = [{"orderLineId": line["id"], "quantity": 2}]
    cancel = {"orderId": order_id, "lines": lines, "cancelShipping": False}
    act(stage, "cancelOrder", "CancelOrderInput", "Order", cancel)
    here, shop = synchronize(stage, order_id), read(stage, order_id)
    assert here["state"] == "sale"
    assert here["total"] == shop["totalWithTax"]
    assert here["tax"] == shop["totalWithTax"] - shop["total"]


def test_refunded_by_the_shop(stage: Stage, order_id: str) -> None:
    """What the shop pays back becomes a credit note, once."""
    synchronize(stage, order_id)
    with stage.env() as env:
        order = stage.order(env, order_id)
        order.order_line.qty_to_invoice = 1
        order.odoo_id._create_invoices(final=True).action_post()
    payment = read(stage, order_id)["payments"][0]
    refund = {
        "paymentId": payment["id"],
        "amount": 500,
        "lines": [],
        "shipping": 0,
        "adjustment": 0,
        "reason": "A broken pot",
    }
    act(stage, "refundOrder", "RefundOrderInput", "Refund", refund)
    assert synchronize(stage, order_id)["credited"] == [500]
    assert synchronize(stage, order_id)["credited"] == [500]


def test_edited_while_it_is_imported(stage: Stage, order_id: str) -> None:
    """What the shop does after it was read is seen by the next import."""

    def cancel() -> None:
        data = {"orderId": order_id, "cancelShipping": True}
        act(stage, "cancelOrder", "CancelOrderInput", "Order", data)

    fault = stage.proxy.after(f'"in": ["{order_id}"]', cancel)
    with stage.env() as env:
        orders = env["vendure.sale.order"]
        orders.with_delay().import_record(stage.backend(env), order_id, force=True)
    fault.wait()
    stage.wait_idle()
    here = synchronize(stage, order_id)
    assert (here["shop_state"], here["state"]) == ("Cancelled", "cancel")
