# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo.tests import Form, tagged

from .common import ShopCase


@tagged("post_install", "-at_install")
class TestSaleReview(ShopCase):
    def test_orders_to_review_are_found_with_their_reason(self) -> None:
        cancelled, differing, fine, closed = (self._create_order() for _ in range(4))
        cancelled.action_lock()
        cancelled.canceled_in_backend = True
        (differing | closed).write({"shop_totals_differ": True})
        closed.action_cancel()
        self.assertIn("Cancelled in the shop", cancelled.review_reason)
        self.assertIn("Totals differ", differing.review_reason)
        self.assertFalse(fine.review_reason)
        self.assertFalse(closed.review_reason)
        every = cancelled | differing | fine | closed
        mine = [("id", "in", every.ids)]
        found = every.search([*mine, ("review_reason", "!=", False)])
        self.assertEqual(found, cancelled | differing)
        found = every.search([*mine, ("review_reason", "=", False)])
        self.assertEqual(found, fine | closed)

    def test_action_lists_them(self) -> None:
        order = self._create_order()
        order.shop_totals_differ = True
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "connector_ecommerce.action_order_review"
        )
        views = self.env["sale.order"].get_views(action["views"])
        self.assertIn("review_reason", views["views"]["list"]["arch"])

    def test_pages_for_connectors_are_on_the_forms(self) -> None:
        pages = [
            ("sale.order", "sale.view_order_form"),
            ("account.move", "account.view_move_form"),
            ("stock.picking", "stock.view_picking_form"),
            ("product.product", "product.product_normal_form_view"),
            ("product.template", "product.product_template_only_form_view"),
        ]
        for model, xml_id in pages:
            with self.subTest(model):
                view = self.env[model].get_view(self.env.ref(xml_id).id)
                self.assertIn('name="connector"', view["arch"])

    def test_form_of_an_order_opens(self) -> None:
        order = self._create_order()
        order.shop_totals_differ = True
        with Form(order) as form:
            self.assertTrue(form.blocking_reason)
