# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from dataclasses import replace

from odoo.tests import tagged

from odoo.addons.queue_job.tests.common import trap_jobs

from .common import MemoryShopCase


@tagged("post_install", "-at_install")
class TestOrderCancelExport(MemoryShopCase):
    """A person cancels an order of the shop in Odoo."""

    def test_order_is_cancelled_in_the_shop_once(self) -> None:
        sale = self._import()
        with trap_jobs() as trap:
            sale._action_cancel()
            sale._action_cancel()
            trap.assert_jobs_count(1, only=self._find("1").export_cancellation)
            trap.perform_enqueued_jobs()
        self.assertEqual(self.shop.cancelled, ["1"])

    def test_cancellation_of_the_shop_is_not_sent_back(self) -> None:
        self._import()
        self.shop.orders["1"] = replace(self.shop.orders["1"], cancelled=True)
        with trap_jobs() as trap:
            self._run("1")
            trap.assert_jobs_count(0)

    def test_refusal_of_the_shop_goes_to_a_person(self) -> None:
        sale = self._import()
        self.shop.refused.add("1")
        with trap_jobs() as trap:
            sale._action_cancel()
            trap.perform_enqueued_jobs()
        checkpoint = self.env["connector.checkpoint"].search(
            [("record_id", "=", sale.id), ("model_id.model", "=", "sale.order")]
        )
        self.assertIn("is shipped", checkpoint.reason)

    def test_other_orders_are_no_business_of_the_shop(self) -> None:
        other = self._import().copy()
        with trap_jobs() as trap:
            other._action_cancel()
            trap.assert_jobs_count(0)
