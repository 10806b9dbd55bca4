# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from datetime import datetime
from typing import Any

from odoo.fields import Command
from odoo.tests import HttpCase, tagged

FUNNEL = "test_connector_ecommerce_funnel"
RECEIVED = "test_connector_ecommerce_received_orders"
BLOCKED = "test_connector_ecommerce_blocked_order"


@tagged("post_install", "-at_install")
class TestShopOrdersTour(HttpCase):
    """The screens of those who look after the orders of a shop, in a browser."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.backend = cls.env["test.shop.backend"].create({"name": "Tour shop"})
        cls.product = cls.env["product.product"].create({"name": "Mug"})
        cls.partner = cls.env["res.partner"].create({"name": "Ada"})
        cls.edited = cls._order("Edited", shop_problem="Mug: 1, 2 delivered")
        cls._note("S-FAILED", state="failed", reason="No sale tax of 7.7 %")
        cls._note("S-EDITED", state="imported", sale_id=cls.edited.id)

    @classmethod
    def _order(cls, name: str, **values: Any) -> Any:
        line = Command.create({"product_id": cls.product.id})
        return cls.env["sale.order"].create(
            {
                "name": name,
                "partner_id": cls.partner.id,
                "order_line": [line],
                **values,
            }
        )

    @classmethod
    def _note(cls, name: str, **values: Any) -> Any:
        known = {
            "binding_model": "test.shop.sale.order",
            "name": name,
            # the first page of the list, whatever else is in the database
            "date_order": datetime(2100, 1, 1),
            "amount_total": 12,
            "currency": cls.env.company.currency_id.name,
        }
        receipts = cls.env["ecommerce.order.receipt"]
        return receipts.note(cls.backend, name, {**known, **values})

    def test_received_orders(self) -> None:
        self.start_tour("/odoo/shop-orders", RECEIVED, login="admin")
        job = self.env["queue.job"].search(
            [("model_name", "=", "test.shop.sale.order")], limit=1
        )
        self.assertEqual(job.method_name, "import_record")
        self.assertFalse(self.edited.shop_problem)

    def test_blocked_order(self) -> None:
        blocked = self._order("Blocked", shop_totals_differ=True)
        review = "/odoo/action-connector_ecommerce.action_order_review"
        with self.assertLogs("odoo.http", "WARNING") as refusals:
            self.start_tour(review, BLOCKED, login="admin")
        self.assertIn("Totals differ", refusals.output[0])
        self.assertEqual(blocked.state, "sale")

    def test_funnel(self) -> None:
        self.start_tour("/odoo/shop-order-funnel", FUNNEL, login="admin")
