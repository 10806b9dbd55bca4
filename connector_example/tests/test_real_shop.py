# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""End to end, against the shop server that SHOP_URL and SHOP_KEY_FILE name.

Not part of the standard run: --test-tags vendure_shop. It changes the shop: one stock
level, one shipment.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from odoo import Command
from odoo.tests import TransactionCase, tagged

from odoo.addons.connector.exception import InvalidDataError

from .common import run_jobs
from .test_tour import TourCase

SHIPMENTS = """query($id: ID!) {
    order(id: $id) { fulfillments { state trackingCode lines { quantity } } }
}"""
ORDER = """query($id: ID!) {
    order(id: $id) { state payments { refunds { id total } } }
}"""
PRODUCT = """query($id: ID!) { product(id: $id) {
    name slug variants { sku price options { name } taxRateApplied { value } }
} }"""
BY_SLUG = """query($slug: String!) {
    products(options: { filter: { slug: { eq: $slug } } }) { totalItems }
}"""
PARENT = """query($id: ID!) {
    collection(id: $id) { name description parent { id } breadcrumbs { id } }
}"""
DESCRIBE = """mutation($id: ID!) { updateCollection(input: {
    id: $id, translations: [{ languageCode: en, description: "Of clay" }]
}) { id } }"""
LEVEL = "query($id: ID!) { productVariant(id: $id) { stockLevels { stockOnHand } } }"


def shop_setting() -> tuple[str, str]:
    """Return address and key of the shop."""
    url, key = os.environ.get("SHOP_URL"), os.environ.get("SHOP_KEY_FILE")
    if not url or not key:
        raise AssertionError("Set SHOP_URL and SHOP_KEY_FILE: setup/test does it.")
    return url, Path(key).read_text().strip()


@tagged("post_install", "-at_install", "-standard", "vendure_shop")
class TestRealShop(TransactionCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        url, key = shop_setting()
        cls.backend = cls.env["vendure.backend"].create(
            {
                "name": "Real shop",
                "location": url,
                "auth_secret": key,
                "create_missing_taxes": True,
                "stock_delay": 0,
            }
        )
        cls.backend.action_test_connection()
        cls.backend.action_activate()
        run_jobs(cls.backend.action_import, skip=("import_image",))
        # Or else the shop is told that it has none of anything.
        run_jobs(cls.backend.import_stock)

    def ask(self, query: str, **variables: str) -> dict:
        """Ask the shop."""
        with self.backend._http_client() as client:
            return client.graphql(query, variables)

    def test_orders_have_the_totals_of_the_shop(self) -> None:
        orders = self.env["vendure.sale.order"].search([])
        self.assertTrue(orders)
        for order in orders:
            self.assertAlmostEqual(order.amount_total, order.shop_amount_total, 2)

    def test_image(self) -> None:
        product = self.env["vendure.product.template"].search(
            [("image_url", "!=", False)], limit=1
        )
        product.import_image()
        self.assertTrue(product.image_1920)

    def test_shipment_is_told_once_whatever_is_lost(self) -> None:
        order = self.env["vendure.sale.order"].search(
            [("shop_state", "=", "PaymentSettled")], order="id desc", limit=1
        )
        picking = order.picking_ids
        picking.carrier_tracking_ref = "1Z-REAL"
        for move in picking.move_ids:
            move.quantity = move.product_uom_qty
        picking.move_ids.picked = True
        run_jobs(picking.button_validate, skip=("export_record", "export_stock"))
        shipment = picking.vendure_bind_ids
        with self.env.cr.savepoint() as savepoint:
            shipment.export_record()
            savepoint.rollback()  # the worker died before it could commit
        self.env.invalidate_all()
        self.assertFalse(shipment.external_id)
        shipment.export_record()
        (fulfilment,) = self.ask(SHIPMENTS, id=order.external_id)["order"][
            "fulfillments"
        ]
        self.assertEqual(fulfilment["state"], "Shipped")
        self.assertEqual(fulfilment["trackingCode"], "1Z-REAL")

        run_jobs(self.backend.import_since_last, "vendure.sale.order")
        self.assertEqual(order.shop_state, "Shipped")

    def test_stock_level(self) -> None:
        variant = self.env["vendure.product.product"].search(
            [], order="id desc", limit=1
        )
        quants = self.env["stock.quant"].with_context(inventory_mode=True)
        quants.create(
            {
                "product_id": variant.odoo_id.id,
                "location_id": self.backend.warehouse_id.lot_stock_id.id,
                "inventory_quantity": 55,
            }
        ).action_apply_inventory()
        self.backend.export_stock()
        answer = self.ask(LEVEL, id=variant.external_id)["productVariant"]
        self.assertEqual(answer["stockLevels"], [{"stockOnHand": 55}])

    def test_product_is_created_and_updated(self) -> None:
        template = self.new_product()
        category = self.env["vendure.product.category"].create(
            {"name": "Made in Odoo", "backend_id": self.backend.id}
        )
        binding = template.vendure_bind_ids.create(
            {
                "backend_id": self.backend.id,
                "odoo_id": template.id,
                "category_ids": category.ids,
            }
        )
        with self.env.cr.savepoint() as savepoint:
            binding.export_record()
            savepoint.rollback()  # the worker died before it could commit
        self.env.invalidate_all()
        binding.export_record()
        product = self.ask(PRODUCT, id=binding.external_id)["product"]
        self.assertEqual(product["name"], "Odoo mug")
        self.assertEqual(product["slug"], binding.slug)
        variants = {
            variant["sku"]: (variant["price"], variant["options"][0]["name"])
            for variant in product["variants"]
        }
        self.assertEqual(variants, {"MUG-R": (1250, "Red"), "MUG-B": (1250, "Blue")})
        rates = [v["taxRateApplied"]["value"] for v in product["variants"]]
        self.assertEqual(rates, [20, 20])
        name = self.ask(BY_SLUG, slug=binding.slug)["products"]
        self.assertEqual(name["totalItems"], 1)

        def edit() -> None:
            template.name = "Odoo cup"
            template.list_price = 13.5

        run_jobs(edit)
        self.backend.export_prices()
        product = self.ask(PRODUCT, id=binding.external_id)["product"]
        self.assertEqual(product["name"], "Odoo cup")
        self.assertEqual({v["price"] for v in product["variants"]}, {1350})

    def test_category_moved_in_odoo(self) -> None:
        categories = self.env["vendure.product.category"]
        values = {"backend_id": self.backend.id}
        names = ("Cups", "Tea cups")
        cups, tea_cups = categories.create([{**values, "name": n} for n in names])
        tea_cups.export_record()
        self.ask(DESCRIBE, id=tea_cups.external_id)
        run_jobs(tea_cups.write, {"parent_id": cups.id, "name": "Cups for tea"})
        moved = self.ask(PARENT, id=tea_cups.external_id)["collection"]
        self.assertEqual(moved["parent"]["id"], cups.external_id, "it came along")
        self.assertEqual(moved["name"], "Cups for tea")
        self.assertEqual(moved["description"], "Of clay", "that is the shop's")
        run_jobs(tea_cups.write, {"parent_id": False})
        moved = self.ask(PARENT, id=tea_cups.external_id)["collection"]
        self.assertEqual(moved["parent"]["id"], moved["breadcrumbs"][0]["id"])
        self.assertEqual(len(moved["breadcrumbs"]), 2, "only the root is above")

    def new_product(self) -> Any:
        """Return a product of Odoo in two colours."""
        values = [Command.create({"name": name}) for name in ("Red", "Blue")]
        colour = self.env["product.attribute"].create(
            {"name": "Mug colour", "value_ids": values}
        )
        line = {"attribute_id": colour.id, "value_ids": colour.value_ids.ids}
        template = self.env["product.template"].create(
            {
                "name": "Odoo mug",
                "type": "consu",
                "is_storable": True,
                "list_price": 12.5,
                "attribute_line_ids": [Command.create(line)],
                "taxes_id": self.env["vendure.product.template"]
                .search([("backend_id", "=", self.backend.id)], limit=1)
                .taxes_id.ids,
            }
        )
        for variant in template.product_variant_ids:
            value = variant.product_template_attribute_value_ids.name
            variant.default_code = f"MUG-{value[0]}"
        return template

    def test_cancelled_in_odoo(self) -> None:
        order = self.env["vendure.sale.order"].search(
            [("shop_state", "=", "PaymentAuthorized")], limit=1
        )
        run_jobs(order.odoo_id._action_cancel)
        self.assertEqual(
            self.ask(ORDER, id=order.external_id)["order"]["state"], "Cancelled"
        )
        jobs = run_jobs(self.backend.import_since_last, "vendure.sale.order")
        methods = [job.method_name for job in jobs if "export" not in job.method_name]
        self.assertEqual(methods, ["import_since_last", "import_chunk"], "once more")
        self.assertEqual(order.state, "cancel")
        self.assertEqual(order.shop_state, "Cancelled")

    def test_refund(self) -> None:
        order = self.env["vendure.sale.order"].search(
            [("shop_state", "=", "PaymentSettled")], order="id", limit=1
        )
        order.order_line.qty_to_invoice = 1
        invoice = order.odoo_id._create_invoices(final=True)
        invoice.action_post()
        reversal = invoice._reverse_moves(cancel=False)
        run_jobs(reversal.action_post, skip=("export_record",))
        binding = reversal.vendure_bind_ids
        with self.env.cr.savepoint() as savepoint:
            binding.export_record()
            savepoint.rollback()  # the worker died before it could commit
        self.env.invalidate_all()
        binding.export_record()
        (payment,) = self.ask(ORDER, id=order.external_id)["order"]["payments"]
        (refund,) = payment["refunds"]
        self.assertEqual(refund["total"], round(reversal.amount_total * 100))
        self.assertEqual(refund["id"], binding.external_id)
        other = invoice._reverse_moves(cancel=False)
        other.invoice_line_ids[0].price_unit = 100_000
        with self.assertRaisesRegex(InvalidDataError, "so much left"):
            run_jobs(other.action_post)


@tagged("post_install", "-at_install", "-standard", "vendure_shop")
class TestRealTour(TourCase):
    def test_from_nothing_to_a_shipment(self) -> None:
        shipment = self.connect_and_ship(*shop_setting())
        with shipment.backend_id._http_client() as client:
            order = shipment.shop_order_id.external_id
            data = client.graphql(SHIPMENTS, {"id": order})
        (fulfilment,) = data["order"]["fulfillments"]
        self.assertEqual(fulfilment["state"], "Shipped")
        self.assertEqual(fulfilment["trackingCode"], "1Z999")
