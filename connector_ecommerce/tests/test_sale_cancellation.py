# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ShopCase


@tagged("post_install", "-at_install")
class TestSaleCancellation(ShopCase):
    def setUp(self) -> None:
        super().setUp()
        self.order = self._create_order()

    def _messages(self, record: Any) -> str:
        return " ".join(record.message_ids.mapped("body"))

    def test_quotation_is_cancelled(self) -> None:
        self.order.canceled_in_backend = True
        self.assertEqual(self.order.state, "cancel")
        self.assertTrue(self.order.cancellation_resolved)
        self.assertFalse(self.order.need_cancel)

    def test_order_created_as_cancelled_is_cancelled(self) -> None:
        order = self._create_order(canceled_in_backend=True)
        self.assertEqual(order.state, "cancel")

    def test_confirmed_order_is_cancelled_with_its_transfer(self) -> None:
        self.order.action_confirm()
        self.order.canceled_in_backend = True
        self.assertEqual(self.order.state, "cancel")
        self.assertEqual(self.order.picking_ids.state, "cancel")
        self.assertIn(self.order.name, self._messages(self.order.picking_ids))

    def test_shipped_order_stays_open_with_steps_to_resolve(self) -> None:
        self.order.action_confirm()
        self._ship(self.order.picking_ids)
        self.order.canceled_in_backend = True
        self.assertEqual(self.order.state, "sale")
        self.assertTrue(self.order.need_cancel)
        self.assertIn(self.order.picking_ids.name, self._messages(self.order))

    def test_invoiced_order_stays_open_and_its_invoice_is_warned(self) -> None:
        self.order.action_confirm()
        invoice = self.order._create_invoices()
        invoice.action_post()
        self.order.canceled_in_backend = True
        self.assertEqual(self.order.state, "sale")
        self.assertIn(self.order.name, self._messages(invoice))

    def test_locked_order_is_never_cancelled(self) -> None:
        self.order.action_confirm()
        self.order.action_lock()
        self.order.canceled_in_backend = True
        self.assertEqual(self.order.state, "sale")
        self.assertTrue(self.order.need_cancel)

    def test_user_cancelling_later_resolves(self) -> None:
        self.order.action_lock()
        self.order.canceled_in_backend = True
        self.order.action_unlock()
        self.order.action_cancel()
        self.assertFalse(self.order.need_cancel)

    def test_mass_cancellation_resolves(self) -> None:
        self.order.action_lock()
        self.order.canceled_in_backend = True
        wizard = self.env["sale.mass.cancel.orders"]
        wizard.create({"sale_order_ids": self.order.ids}).action_mass_cancel()
        self.assertFalse(self.order.need_cancel)

    def test_error_is_told_and_does_not_propagate(self) -> None:
        error = UserError("the carrier refuses")
        with self._failing_cancel(error):
            self.order.canceled_in_backend = True
        self.assertTrue(self.order.need_cancel)
        self.assertIn("the carrier refuses", self._messages(self.order))

    def test_unexpected_error_is_told_and_logged(self) -> None:
        logger = "odoo.addons.connector_ecommerce.models.sale_order_cancellation"
        with self._failing_cancel(KeyError("bug")), mute_logger(logger):
            self.order.canceled_in_backend = True
        self.assertTrue(self.order.need_cancel)
        self.assertIn("KeyError", self._messages(self.order))

    def test_conflict_between_transactions_propagates(self) -> None:
        with self._failing_cancel(SerializationFailure()):
            with self.assertRaises(SerializationFailure):
                self.order.canceled_in_backend = True

    def test_told_once(self) -> None:
        self.order.action_lock()
        self.order.canceled_in_backend = True
        before = len(self.order.message_ids)
        self.order.canceled_in_backend = True
        self.assertEqual(len(self.order.message_ids), before)

    def test_several_orders_at_once(self) -> None:
        both = self.order | self._create_order()
        both.write({"canceled_in_backend": True})
        self.assertEqual(both.mapped("state"), ["cancel", "cancel"])

    def test_copy_is_not_cancelled(self) -> None:
        self.order.canceled_in_backend = True
        copy = self.order.copy()
        self.assertFalse(copy.canceled_in_backend)
        self.assertFalse(copy.cancellation_resolved)

    def test_search_of_orders_to_cancel(self) -> None:
        self.order.action_lock()
        self.order.canceled_in_backend = True
        other = self._create_order()
        both = [("id", "in", (self.order | other).ids)]
        model = self.env["sale.order"]
        found = model.search([*both, ("need_cancel", "=", True)])
        self.assertEqual(found, self.order)
        found = model.search([*both, ("need_cancel", "=", False)])
        self.assertEqual(found, other)

    def test_wizard_keeps_the_order_open(self) -> None:
        self.order.action_lock()
        self.order.canceled_in_backend = True
        action = self.order.action_ignore_cancellation()
        wizard = self.env[action["res_model"]].with_context(**action["context"])
        wizard.create({"reason": "<p>She called</p>"}).confirm_ignore_cancel()
        self.assertFalse(self.order.need_cancel)
        self.assertEqual(self.order.state, "draft")
        self.assertIn("She called", self._messages(self.order))

    def test_wizard_without_order_is_refused(self) -> None:
        wizard = self.env["sale.ignore.cancel"].create({"reason": "<p>No</p>"})
        with self.assertRaises(UserError):
            wizard.confirm_ignore_cancel()

    def _failing_cancel(self, error: Exception) -> Any:
        def fail(order: Any) -> None:
            raise error

        return patch.object(type(self.order), "action_cancel", fail)
