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
        self.assertEqual(self.backend.export_stock(), "1 exported, 2 unchanged.")

    def test_stock_of_another_warehouse_is_not_sold(self) -> None:
        other = self.env["stock.warehouse"].create({"name": "Other", "code": "OTH"})
        self._put(self.mug, 7, warehouse=other)
        self.assertEqual(self._exported()["p1"], 0)

    def test_safety_stock_and_rounding(self) -> None:
        self.backend.write({"stock_safety": 2, "stock_rounding": 0})
        self.pen.uom_id.rounding = 1
        for product, quantity in ((self.mug, 7), (self.pen, 4.9), (self.cup, 1)):
            self._put(product, quantity)
        self.assertEqual(self._exported(), {"p1": 5, "p2": 2, "p3": 0})

    def test_quantities_are_those_that_the_shop_counts_in(self) -> None:
        bindings = self._find("p1", model="test.shop.product.product")
        self._put(self.mug, 7.5)
        for step, quantity in ((1, 7), (5, 5), (0, 7.5)):
            with self.subTest(step):
                self.backend.stock_rounding = step
                self.assertEqual(self._available(bindings), {bindings: quantity})

    def test_stock_of_several_warehouses(self) -> None:
        other = self.env["stock.warehouse"].create({"name": "Other", "code": "OTH"})
        self._put(self.mug, 7)
        self._put(self.mug, 4, warehouse=other)
        bindings = self._find("p1", model="test.shop.product.product")
        self.assertEqual(self._available(bindings), {bindings: 7})
        self.backend.stock_warehouse_ids = self.backend.warehouse_id | other
        self.assertEqual(self._available(bindings), {bindings: 11})
        self.assertEqual(self._available(bindings, other), {bindings: 4})

    def test_shipment_that_the_shop_does_not_know_is_still_its_stock(self) -> None:
        """The shop takes a shipment off its stock itself, once it is told."""
        self.backend.takes_shipments_off = True
        self._put(self.mug, 7)
        sale = self._import(lines=[self._mug(external_id="L1")])
        with trap_jobs() as trap:
            sale.picking_ids.move_ids.picked = True
            sale.picking_ids._action_done()
            self.assertEqual(self._exported()["p1"], 7)
            self.env.cr.precommit.clear()
            trap.perform_enqueued_jobs()
            self.env.cr.precommit.run()
            trap.assert_enqueued_job(self.backend.export_stock)
        self.assertEqual(self._exported(), {"p1": 6})

    def _available(self, bindings: Any, warehouses: Any = None) -> dict[Any, float]:
        with self.backend.work_on(bindings._name) as work:
            exporter = work.component(usage="stock.exporter")
            return exporter.available_quantities(bindings, warehouses)

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
                self.assertEqual(self._available(bindings), {bindings: quantity})

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
            trap.assert_jobs_count(1, only=self.backend.export_stock)
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

    def test_import_of_the_shop_schedules_nothing(self) -> None:
        quiet = self.env["stock.quant"].with_context(connector_no_export=True)
        with trap_jobs() as trap:
            location = self.backend.warehouse_id.lot_stock_id
            quiet._update_available_quantity(self.mug, location, 5)
            self.env.cr.precommit.run()
            trap.assert_jobs_count(0)

    def test_only_shops_that_sell_the_product_are_told(self) -> None:
        unknown = self.mug.copy()
        draft = self.backend.copy({"name": "Draft"})
        self.assertEqual(draft.state, "draft")
        with trap_jobs() as trap:
            self._put(unknown, 5)
            self.env.cr.precommit.run()
            trap.assert_jobs_count(0)
            self._put(self.mug, 5)
            self.env.cr.precommit.run()
            trap.assert_jobs_count(1)

    def test_forecast_changes_with_what_is_to_come(self) -> None:
        vendors = self.env.ref("stock.stock_location_suppliers")
        values = {
            "product_id": self.mug.id,
            "product_uom_qty": 5,
            "location_id": vendors.id,
            "location_dest_id": self.backend.warehouse_id.lot_stock_id.id,
            "picking_type_id": self.backend.warehouse_id.in_type_id.id,
        }
        for field, jobs in (("free_qty", 0), ("virtual_available", 1)):
            with self.subTest(field), trap_jobs() as trap:
                self.backend.stock_field = field
                self.env["stock.move"].create(values)._action_confirm()
                self.env.cr.precommit.run()
                trap.assert_jobs_count(jobs)

    def test_stock_of_the_shop_is_taken_without_exporting_it(self) -> None:
        self._put(self.pen, 4)
        self.env.cr.precommit.clear()
        self.shop.levels.update({"p1": 7, "p2": 2})
        with trap_jobs() as trap:
            self.backend.import_stock()
            trap.assert_jobs_count(1)
            trap.perform_enqueued_jobs()
            self.env.cr.precommit.run()
            trap.assert_jobs_count(0)
        on_hand = (self.mug | self.pen | self.cup).mapped("qty_available")
        self.assertEqual(on_hand, [7, 2, 0])

    def test_hundred_moves_make_one_export(self) -> None:
        with trap_jobs() as trap:
            for index in range(100):
                self._put(self.mug, 1)
                if index % 10 == 9:
                    self.env.cr.precommit.run()
            trap.assert_jobs_count(1)
            trap.perform_enqueued_jobs()
        self.assertEqual(self.shop.stock_calls[0]["p1"], 100)
