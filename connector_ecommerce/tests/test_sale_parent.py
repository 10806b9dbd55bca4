# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any
from unittest.mock import patch

from odoo.tests import tagged

from .common import ShopCase


@tagged("post_install", "-at_install")
class TestSaleParent(ShopCase):
    def _link(self, parents: dict[int, int]) -> None:
        """Give orders their parents, as the override of a connector does."""

        def compute(orders: Any) -> None:
            for order in orders:
                order.parent_id = parents.get(order.id, False)

        registry_class = type(self.env["sale.order"])
        self.startPatcher(patch.object(registry_class, "_compute_parent_id", compute))

    def test_no_order_has_a_parent_by_itself(self) -> None:
        order = self._create_order()
        model = self.env["sale.order"]
        self.assertFalse(order.parent_id)
        self.assertIn(order, model.search([("parent_id", "=", False)]))
        self.assertNotIn(order, model.search([("parent_id", "!=", False)]))
        self.assertFalse(model.search([("parent_id", "=", order.id)]))

    def test_need_of_an_ancestor_reaches_the_descendants(self) -> None:
        grand, parent, child = (self._create_order() for _ in range(3))
        self._link({child.id: parent.id, parent.id: grand.id})
        grand.action_lock()
        grand.canceled_in_backend = True
        self.assertTrue(grand.need_cancel)
        self.assertTrue(child.parent_need_cancel)
        self.assertFalse(grand.parent_need_cancel)
        self.assertEqual(child.action_view_parent()["res_id"], parent.id)

    def test_parents_in_a_circle_end(self) -> None:
        first, second = self._create_order(), self._create_order()
        self._link({first.id: second.id, second.id: first.id})
        self.assertFalse(first.parent_need_cancel)
        first.action_lock()
        first.canceled_in_backend = True
        self.assertTrue(second.parent_need_cancel)
