# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A worker that is killed between the shop's answer and our commit."""

from __future__ import annotations

from typing import Any

import pytest

from .stage import Stage

SHIPMENTS = """query($id: ID!) { order(id: $id) {
    state fulfillments { state trackingCode lines { quantity } }
} }"""
REFUNDS = """query($id: ID!) { order(id: $id) {
    state payments { refunds { total reason } }
} }"""
PRODUCTS = """query($name: String!) {
    products(options: { filter: { name: { eq: $name } } }) {
        items { collections { name } variants { sku price options { name } } }
    }
}"""


@pytest.mark.parametrize(
    "operation", ["addFulfillmentToOrder", "transitionFulfillmentToState"]
)
def test_ships_once(stage: Stage, operation: str) -> None:
    """The fulfilment that the dead worker made is found again, and shipped."""
    order_id = stage.orders_in("PaymentSettled")[0]
    fault = stage.proxy.after(operation, stage.workers[-1].kill)
    with stage.env() as env:
        picking = stage.order(env, order_id).picking_ids
        picking.carrier_tracking_ref = f"1Z-{order_id}"
        for move in picking.move_ids:
            move.quantity = move.product_uom_qty
            move.picked = True
        sold = sum(picking.move_ids.mapped("quantity"))
        picking.button_validate()
    restart_after(stage, fault)
    order = stage.ask(SHIPMENTS, id=order_id)["order"]
    (fulfilment,) = order["fulfillments"]
    assert (fulfilment["state"], order["state"]) == ("Shipped", "Shipped")
    assert fulfilment["trackingCode"] == f"1Z-{order_id}"
    assert sum(line["quantity"] for line in fulfilment["lines"]) == sold


def test_refunds_once(stage: Stage) -> None:
    """The credit note is paid back once."""
    order_id = stage.orders_in("PaymentSettled")[0]
    fault = stage.proxy.after("refundOrder(", stage.workers[-1].kill)
    with stage.env() as env:
        order = stage.order(env, order_id)
        order.order_line.qty_to_invoice = 1
        invoice = order.odoo_id._create_invoices(final=True)
        invoice.action_post()
        note = invoice._reverse_moves(cancel=False)
        note.action_post()
        expected = {"total": round(note.amount_total * 100), "reason": note.name}
    restart_after(stage, fault)
    (payment,) = stage.ask(REFUNDS, id=order_id)["order"]["payments"]
    assert payment["refunds"] == [expected]


def test_cancels_once(stage: Stage) -> None:
    """The order that was cancelled already is left alone."""
    order_id = stage.orders_in("PaymentAuthorized")[0]
    fault = stage.proxy.after("cancelOrder(", stage.workers[-1].kill)
    with stage.env() as env:
        stage.order(env, order_id).odoo_id._action_cancel()
    restart_after(stage, fault)
    assert stage.ask(REFUNDS, id=order_id)["order"]["state"] == "Cancelled"
    with stage.env() as env:
        assert not env["connector.checkpoint"].search_count([])


@pytest.mark.parametrize(
    "operation",
    [
        "createCollection(",
        "createProduct(",
        "createProductOptionGroup(",
        "createProductOption(",
        "createProductVariants(",
    ],
)
def test_creates_a_product_once(stage: Stage, operation: str) -> None:
    """Whatever of a product the dead worker made is taken over."""
    name = f"Mug, killed at {operation[:-1]}"
    fault = stage.proxy.after(operation, stage.workers[-1].kill)
    with stage.env() as env:
        export_new_product(stage, env, name)
    restart_after(stage, fault)
    (product,) = stage.ask(PRODUCTS, name=name)["products"]["items"]
    variants = sorted(
        (variant["sku"], variant["price"], variant["options"][0]["name"])
        for variant in product["variants"]
    )
    assert variants == [("MUG-B", 1250, "Blue"), ("MUG-R", 1250, "Red")]
    stage.until(
        lambda: (
            [
                category["name"]
                for item in stage.ask(PRODUCTS, name=name)["products"]["items"]
                for category in item["collections"]
            ]
            == [f"Category of {name}"]
        ),
        "the shop to show the product in its category",
    )


def restart_after(stage: Stage, fault: Any) -> None:
    """Wait for the worker to be killed, and let another one finish its work."""
    fault.wait()
    stage.start_worker()
    stage.wait_idle()


def export_new_product(stage: Stage, env: Any, name: str) -> None:
    """Create a product in two colours in a new category, and put it in the shop."""
    backend = stage.backend(env)
    colour = env["product.attribute"].create(
        {
            "name": f"Colour of {name}",
            "value_ids": [(0, 0, {"name": "Red"}), (0, 0, {"name": "Blue"})],
        }
    )
    known = env["vendure.product.template"].search([], limit=1)
    template = env["product.template"].create(
        {
            "name": name,
            "type": "consu",
            "is_storable": True,
            "list_price": 12.5,
            "taxes_id": known.taxes_id.ids,
            "attribute_line_ids": [
                (0, 0, {"attribute_id": colour.id, "value_ids": colour.value_ids.ids})
            ],
        }
    )
    for variant in template.product_variant_ids:
        value = variant.product_template_attribute_value_ids.name
        variant.default_code = f"MUG-{value[0]}"
    category = env["vendure.product.category"].create(
        {"name": f"Category of {name}", "backend_id": backend.id}
    )
    env["vendure.product.template"].create(
        {
            "backend_id": backend.id,
            "odoo_id": template.id,
            "category_ids": category.ids,
        }
    )
