# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .common import ShopCase


@tagged("post_install", "-at_install")
class TestBlockingRule(ShopCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.rule = cls.env.ref("connector_ecommerce.excep_order_need_cancel")
        cls.order = cls._create_order()

    def _need_cancel(self) -> None:
        self.order.action_lock()
        self.order.canceled_in_backend = True
        self.order.action_unlock()

    def test_rules_of_cancellation_are_inactive_by_default(self) -> None:
        parent = self.env.ref("connector_ecommerce.excep_parent_order_need_cancel")
        self.assertFalse(self.rule.active)
        self.assertFalse(parent.active)
        self._need_cancel()
        self.order.action_confirm()
        self.assertEqual(self.order.state, "sale")

    def test_active_rule_blocks_and_says_why(self) -> None:
        self.rule.active = True
        self._need_cancel()
        self.assertIn(self.rule.name, self.order.blocking_reason)
        with self.assertRaisesRegex(UserError, self.rule.name):
            self.order.action_confirm()
        self.assertEqual(self.order.state, "draft")

    def test_ignored_rule_lets_the_order_through(self) -> None:
        self.rule.active = True
        self._need_cancel()
        self.order.ignore_blocking_rules = True
        self.order.action_confirm()
        self.assertEqual(self.order.state, "sale")

    def test_salesperson_is_blocked_and_may_not_change_the_rule(self) -> None:
        user = new_test_user(
            self.env, "blocked_seller", groups="sales_team.group_sale_salesman"
        )
        self.rule.active = True
        self.order.user_id = user
        self._need_cancel()
        with self.assertRaises(UserError):
            self.order.with_user(user).action_confirm()
        with self.assertRaises(AccessError):
            self.rule.with_user(user).active = False

    def test_rule_of_another_company_does_not_apply(self) -> None:
        self.rule.active = True
        self.rule.company_id = self.env["res.company"].create({"name": "Other"})
        self._need_cancel()
        self.assertFalse(self.order.blocking_reason)

    def test_totals_that_differ_block(self) -> None:
        self.order.shop_totals_differ = True
        with self.assertRaises(UserError):
            self.order.action_confirm()

    def test_rule_is_asked_again_at_confirmation(self) -> None:
        self.rule.write({"active": True, "domain": "[('amount_total', '>', 100)]"})
        self.assertFalse(self.order.blocking_reason)
        self.order.order_line[0].price_unit = 1000
        with self.assertRaises(UserError):
            self.order.action_confirm()

    def test_rule_that_is_no_domain_is_refused(self) -> None:
        for text in ("__import__('os').getpid()", "[('no_such_field', '=', 1)]", "["):
            with self.subTest(text), self.assertRaises(ValidationError):
                self.rule.domain = text
                self.env.flush_all()
