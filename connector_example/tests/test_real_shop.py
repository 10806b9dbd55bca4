# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""End to end, against the shop server that SHOP_URL and SHOP_KEY_FILE name.

Not part of the standard run: --test-tags vendure_shop. It changes the shop: one stock
level, one shipment.
"""

from __future__ import annotations

import os
from pathlib import Path

from odoo.tests import TransactionCase, tagged

from .common import run_jobs

SHIPMENTS = """query($id: ID!) {
    order(id: $id) { fulfillments { state trackingCode lines { quantity } } }
}"""
LEVEL = "query($id: ID!) { productVariant(id: $id) { stockLevels { stockOnHand } } }"


@tagged("post_install", "-at_install", "-standard", "vendure_shop")
class TestRealShop(TransactionCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        url, key = os.environ.get("SHOP_URL"), os.environ.get("SHOP_KEY_FILE")
        if not url or not key:
            raise AssertionError("Set SHOP_URL and SHOP_KEY_FILE: setup/test does it.")
        cls.backend = cls.env["vendure.backend"].create(
            {
                "name": "Real shop",
                "url": url,
                "api_key": Path(key).read_text().strip(),
                "create_missing_taxes": True,
                "stock_delay": 0,
            }
        )
        cls.backend.action_test_connection()
        cls.backend.action_activate()
        run_jobs(cls.backend.action_import, skip=("import_image",))

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
