# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo.fields import Command
from odoo.tests import HttpCase, tagged


@tagged("post_install", "-at_install")
class TestOrderReviewTour(HttpCase):
    def test_order_cancelled_in_the_shop_is_kept_open(self) -> None:
        product = self.env["product.product"].create({"name": "Mug"})
        order = self.env["sale.order"].create(
            {
                "name": "Tour order",
                "partner_id": self.env["res.partner"].create({"name": "Ada"}).id,
                "order_line": [Command.create({"product_id": product.id})],
            }
        )
        order.action_lock()
        order.canceled_in_backend = True
        self.assertTrue(order.need_cancel)
        self.start_tour(
            "/odoo/action-connector_ecommerce.action_order_review",
            "connector_ecommerce_order_review",
            login="admin",
        )
        self.assertFalse(order.need_cancel)
        self.assertEqual(order.state, "draft")
