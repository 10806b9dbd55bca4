# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.connector.exception import MappingError
from odoo.addons.connector_ecommerce.core import PaymentState, ShopPayment
from odoo.addons.connector_ecommerce.exception import OrderNotPaidError
from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.queue_job.tests.common import trap_jobs

from .common import MemoryShopCase


@tagged("post_install", "-at_install")
class TestOrderReceipt(MemoryShopCase):
    def _receipts(self) -> Any:
        return self.env["ecommerce.order.receipt"].search(
            self.backend._receipts_domain()
        )

    def _fail(self, error: Exception) -> dict[str, Any] | None:
        """Note a failure as after the rollback, which a test does not do."""
        noted = []
        receipts = type(self.env["ecommerce.order.receipt"])

        def note(model: Any, backend: Any, external_id: Any, values: Any) -> None:
            noted.append(values)
            model.note(backend, external_id, values)

        self.patch(receipts, "_note_after_rollback", note)
        with self.backend.work_on("test.shop.sale.order") as work:
            importer = work.component(usage="record.importer")
            importer._translated = self.shop.orders.get("1")
            importer.external_id = "1"
            importer._note_failure(error)
        return noted[0] if noted else None

    def test_imported_order(self) -> None:
        sale = self._import()
        receipt = self._receipts()
        self.assertEqual(receipt.state, "imported")
        self.assertEqual(receipt.sale_id, sale)
        self.assertEqual(receipt.name, "S-1")
        self.assertEqual(receipt.customer, "Ada Byron")
        self.assertEqual(receipt.amount_total, 12)
        self.assertEqual(receipt.backend_name, "Memory")
        self.assertFalse(receipt.review_reason)
        self._run("1")
        self.assertEqual(self._receipts(), receipt)

    def test_order_that_is_left_out_says_why(self) -> None:
        self.backend.import_cancelled = False
        self._place("1", cancelled=True)
        self._run("1")
        self.assertEqual(self._receipts().state, "skipped")
        self.assertIn("cancelled", self._receipts().reason)

    def test_failures_and_waits(self) -> None:
        outcomes = [
            (MappingError("no tax"), "failed"),
            (OrderNotPaidError("pending", ignore_retry=True), "waiting"),
            (RetryableJobError("the shop is down"), "waiting"),
            (RetryableJobError("locked", ignore_retry=True), None),
        ]
        for error, state in outcomes:
            with self.subTest(repr(error)):
                self._receipts().unlink()
                noted = self._fail(error)
                self.assertEqual(noted and noted["state"], state)
                self.assertEqual(self._receipts().state, state or False)

    def test_failure_before_the_order_is_read(self) -> None:
        self._fail(RetryableJobError("the shop is down"))
        self.assertEqual(self._receipts().external_id, "1")
        self._import()
        self.assertEqual(self._receipts().name, "S-1")

    def test_failed_order_needs_a_person_until_it_is_imported(self) -> None:
        self._place("1")
        self._fail(MappingError("no tax of 7.7 %"))
        review = [("review_reason", "!=", False)]
        receipt = self._receipts()
        self.assertEqual(receipt.filtered_domain(review), receipt)
        self.assertEqual(receipt.search(review) & receipt, receipt)
        self.assertIn("7.7", receipt.review_reason)
        with trap_jobs() as trap:
            receipt.action_import_again()
            trap.assert_jobs_count(1)
            trap.perform_enqueued_jobs()
        self.assertEqual(receipt.state, "imported")
        self.assertFalse(receipt.search(review) & receipt)

    def test_imported_order_stays_imported(self) -> None:
        self._import()
        self._fail(MappingError("of an update"))
        self.assertEqual(self._receipts().state, "imported")

    def test_reason_of_the_order_is_shown(self) -> None:
        sale = self._import()
        sale.shop_totals_differ = True
        self.assertEqual(self._receipts().review_reason, sale.review_reason)

    def test_waiting_for_the_payment_is_told(self) -> None:
        method = self.env["account.payment.method.line"].get_or_create_payment_method(
            "Card"
        )
        method.import_rule = "paid"
        self._place("1")
        pending = ShopPayment(method="card", amount=12, state=PaymentState.PENDING)
        order = replace(
            self.shop.orders["1"], payments=(pending,), date=self.env.cr.now()
        )
        self.shop.orders["1"] = order
        with self.assertRaises(OrderNotPaidError):
            self._run("1")

    def test_funnel_counts_how_far_the_orders_came(self) -> None:
        self.backend.workflow_id = self.env.ref(
            "connector_ecommerce.workflow_confirm_invoice"
        )
        shipped = self._import("1")
        shipped.picking_ids.move_ids.write({"quantity": 1, "picked": True})
        with trap_jobs():
            shipped.picking_ids._action_done()
        self.backend.workflow_id = False
        self._import("2").shop_totals_differ = True
        self.backend.import_cancelled = False
        self._place("3", cancelled=True)
        self._run("3")
        self.env.flush_all()
        stages = self.env["ecommerce.order.funnel"].search(
            [("receipt_id", "in", self._receipts().ids)]
        )
        counted = Counter(stages.mapped("stage"))
        self.assertEqual(
            {
                stage: counted[stage]
                for stage, _label in stages._fields["stage"].selection
            },
            {
                "1_received": 3,
                "2_imported": 2,
                "3_blocked": 1,
                "4_shipped": 1,
                "5_invoiced": 1,
            },
        )

    def test_salespeople_see_the_orders_of_their_companies(self) -> None:
        self._import()
        groups = "sales_team.group_sale_salesman"
        seller = new_test_user(self.env, "seller", groups=groups)
        receipt = self._receipts().with_user(seller)
        self.assertEqual(receipt.search([]) & receipt, receipt)
        with self.assertRaises(AccessError):
            receipt.write({"state": "failed"})
        with self.assertRaises(AccessError):
            receipt.action_import_again()
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "stranger",
            groups=groups,
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        self.env.flush_all()
        self.assertFalse(receipt.with_user(stranger).search([]) & receipt)
        funnel = self.env["ecommerce.order.funnel"].with_user(stranger)
        self.assertFalse(funnel.search([("receipt_id", "=", receipt.id)]))
