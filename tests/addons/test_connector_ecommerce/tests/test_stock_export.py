# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo.tests import new_test_user, tagged

from odoo.addons.queue_job.tests.common import trap_jobs

from .common import MemoryShopCase


@tagged("post_install", "-at_install")
class TestStockExport(MemoryShopCase):
    def setUp(self) -> None:
        super().setUp()
        self.shop.products["p3"] = {"name": "Cup", "sku": "CUP"}
        for external_id in ("p1", "p2", "p3"):
            self._run(external_id, model="test.shop.product.product")
        self.mug, self.pen, self.cup = (
            self._find(external_id, model="test.shop.product.product").odoo_id
            for external_id in ("p1", "p2", "p3")
        )

    def _put(self, product: Any, quantity: float, warehouse: Any = None) -> None:
        warehouse = warehouse or self.backend.warehouse_id
        self.env["stock.quant"]._update_available_quantity(
            product, warehouse.lot_stock_id, quantity
        )

    def _exported(self) -> dict[str, float]:
        self.shop.stock_calls.clear()
        self.backend.export_stock()
        return {k: v for call in self.shop.stock_calls for k, v in call.items()}

    def test_first_export_gives_everything_in_batches(self) -> None:
        self._put(self.mug, 7)
        self.assertEqual(self._exported(), {"p1": 7, "p2": 0, "p3": 0})
        self.assertEqual([len(call) for call in self.shop.stock_calls], [2, 1])

    def test_only_changes_are_exported_afterwards(self) -> None:
        self._put(self.mug, 7)
        self._exported()
        self.assertEqual(self._exported(), {})
        self._put(self.pen, 3)
        self.assertEqual(self._exported(), {"p2": 3})

    def test_message_counts(self) -> None:
        self._exported()
        self._put(self.pen, 3)
        self.assertEqual(
            self.backend.export_stock(), "1 quantities exported, 2 unchanged."
        )

    def test_stock_of_another_warehouse_is_not_sold(self) -> None:
        other = self.env["stock.warehouse"].create({"name": "Other", "code": "OTH"})
        self._put(self.mug, 7, warehouse=other)
        self.assertEqual(self._exported()["p1"], 0)

    def test_safety_stock_and_rounding(self) -> None:
        self.backend.stock_safety = 2
        self.pen.uom_id.rounding = 1
        for product, quantity in ((self.mug, 7), (self.pen, 4.9), (self.cup, 1)):
            self._put(product, quantity)
        self.assertEqual(self._exported(), {"p1": 5, "p2": 2, "p3": 0})

    def test_quantity_is_the_one_chosen(self) -> None:
        self._put(self.mug, 7)
        sale = self._import(
            lines=[self._mug(quantity=3, total_excluded=3000, total_included=3600)]
        )
        self.assertEqual(sale.state, "sale")
        expected = {"free_qty": 4, "qty_available": 7, "virtual_available": 4}
        for field, quantity in expected.items():
            with self.subTest(field):
                self.backend.stock_field = field
                bindings = self._find("p1", model="test.shop.product.product")
                with self.backend.work_on(bindings._name) as work:
                    exporter = work.component(usage="stock.exporter")
                    available = exporter.available_quantities(bindings)
                self.assertEqual(available, {bindings: quantity})

    def test_queries_do_not_grow_with_the_products(self) -> None:
        def queries(number: int) -> int:
            bindings = self.env["test.shop.product.product"].create(
                [
                    {
                        "name": f"P{number}-{index}",
                        "type": "consu",
                        "is_storable": True,
                        "backend_id": self.backend.id,
                        "external_id": f"{number}-{index}",
                    }
                    for index in range(number)
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            with self.backend.work_on(bindings._name) as work:
                exporter = work.component(usage="stock.exporter")
                before = self.env.cr.sql_log_count
                exporter.available_quantities(bindings)
                return self.env.cr.sql_log_count - before

        few = queries(2)
        self.assertLessEqual(queries(40), few)

    def test_moves_of_a_transaction_schedule_one_job(self) -> None:
        with trap_jobs() as trap:
            for quantity in (1, 2, 3):
                self._put(self.mug, quantity)
                self._put(self.pen, quantity)
            trap.assert_jobs_count(0)
            self.env.cr.precommit.run()
            trap.assert_jobs_count(1)
            trap.assert_enqueued_job(self.backend.export_stock)

    def test_job_of_a_warehouse_worker_may_read_the_backend(self) -> None:
        worker = new_test_user(self.env, "worker", groups="stock.group_stock_user")
        self._put(self.mug, 5)
        sale = self._import()
        self.env.cr.precommit.clear()
        picking = sale.picking_ids.with_user(worker)
        with trap_jobs() as trap:
            picking.move_ids.picked = True
            picking.button_validate()
            self.env.cr.precommit.run()
            trap.assert_jobs_count(1)
            trap.perform_enqueued_jobs()
        exported = {k: v for call in self.shop.stock_calls for k, v in call.items()}
        self.assertEqual(exported["p1"], 4)

    def test_transactions_that_follow_share_the_job(self) -> None:
        with trap_jobs() as trap:
            for quantity in (1, 2):
                self._put(self.mug, quantity)
                self.env.cr.precommit.run()
            trap.assert_jobs_count(1)

    def test_stock_at_the_customer_schedules_nothing(self) -> None:
        customers = self.env.ref("stock.stock_location_customers")
        with trap_jobs() as trap:
            self.env["stock.quant"]._update_available_quantity(self.mug, customers, 5)
            self.env.cr.precommit.run()
            trap.assert_jobs_count(0)
