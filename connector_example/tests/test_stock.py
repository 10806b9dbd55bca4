# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo.tests import tagged

from odoo.addons.queue_job.tests.common import trap_jobs

from .common import VendureCase


@tagged("post_install", "-at_install")
class TestStock(VendureCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.import_order("2")
        cls.variant = cls.binding("vendure.product.product", "6")

    def setUp(self) -> None:
        super().setUp()
        self.levels: list[dict[str, Any]] = []
        self.shop.override = self._answer

    def _answer(self, query: str, variables: dict[str, Any]) -> dict | None:
        if "updateProductVariants" in query:
            self.levels += variables["input"]
            return {"data": {"updateProductVariants": []}}
        return None

    def count(self, quantity: float) -> None:
        """Count the product in the warehouse."""
        quants = self.env["stock.quant"].with_context(inventory_mode=True)
        quants.create(
            {
                "product_id": self.variant.odoo_id.id,
                "location_id": self.backend.warehouse_id.lot_stock_id.id,
                "inventory_quantity": quantity,
            }
        ).action_apply_inventory()

    def exported(self) -> dict[str, int]:
        """Return the levels that the shop was told, by variant."""
        return {level["id"]: level["stockOnHand"] for level in self.levels}

    def test_change_of_quantity_schedules_one_export(self) -> None:
        with trap_jobs() as trap:
            self.count(10)
            self.count(12)
            self.env.cr.precommit.run()
            trap.assert_jobs_count(1, only=self.backend.export_stock)
            trap.perform_enqueued_jobs()
        self.assertEqual(self.exported()["6"], 12)
        self.assertEqual(self.variant.shop_quantity, 12)

    def test_taking_the_stock_of_the_shop_exports_nothing(self) -> None:
        with trap_jobs() as trap:
            self.variant.import_stock()
            self.env.cr.precommit.run()
            trap.assert_jobs_count(0)
        self.assertEqual(self.variant.qty_available, 100)

    def test_shipment_not_told_yet_is_still_on_hand_in_the_shop(self) -> None:
        """The shop takes it off itself: told before, it would count twice."""
        self.count(10)
        picking = self.binding("vendure.sale.order", "2").picking_ids
        for move in picking.move_ids:
            move.quantity = move.product_uom_qty
        picking.move_ids.picked = True
        with trap_jobs():
            picking.button_validate()
        self.assertEqual(self.variant.qty_available, 8)
        self.backend.export_stock()
        self.assertEqual(self.exported()["6"], 10)

        picking.vendure_bind_ids.external_id = "1"  # the shop was told
        self.backend.export_stock()
        self.assertEqual(self.exported()["6"], 8)
