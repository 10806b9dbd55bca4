# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo.tests import new_test_user, tagged

from odoo.addons.queue_job.tests.common import trap_jobs

from .common import MemoryShopCase

VARIANT = "test.shop.product.product"


@tagged("post_install", "-at_install")
class TestPriceExport(MemoryShopCase):
    def setUp(self) -> None:
        super().setUp()
        for external_id in ("p1", "p2"):
            self._run(external_id, model=VARIANT)
        self.mug = self._find("p1", model=VARIANT).odoo_id
        self.pen = self._find("p2", model=VARIANT).odoo_id
        self.mug.list_price = 10
        self.pen.list_price = 2
        self.env.cr.precommit.clear()

    def _exported(self) -> dict[str, dict[str, float]]:
        self.shop.price_calls.clear()
        self.backend.export_prices()
        return {k: v for call in self.shop.price_calls for k, v in call.items()}

    def _item(self, pricelist: Any, product: Any, price: float) -> Any:
        return self.env["product.pricelist.item"].create(
            {
                "pricelist_id": pricelist.id,
                "applied_on": "0_product_variant",
                "product_id": product.id,
                "fixed_price": price,
            }
        )

    def test_only_changes_are_exported(self) -> None:
        self.assertEqual(self._exported(), {"p1": {"": 10}, "p2": {"": 2}})
        self.assertEqual(self._exported(), {})
        self.mug.list_price = 11
        self.assertEqual(self._exported(), {"p1": {"": 11}})

    def test_prices_of_each_price_list(self) -> None:
        shop, trade = self.env["product.pricelist"].create(
            [{"name": "Shop"}, {"name": "Trade"}]
        )
        self.backend.write(
            {
                "pricelist_id": shop.id,
                "pricelist_mapping_ids": [
                    (0, 0, {"shop_code": "B2B", "target_id": trade.id})
                ],
            }
        )
        self._item(shop, self.mug, 9)
        self._item(trade, self.mug, 7)
        self.assertEqual(self._exported()["p1"], {"": 9, "B2B": 7})

    def test_changes_of_a_product_schedule_one_job(self) -> None:
        with trap_jobs() as trap:
            for price in range(3, 10):
                self.mug.list_price = price
            self.env.cr.precommit.run()
            trap.assert_jobs_count(1, only=self.backend.export_prices)

    def test_changes_of_a_pricelist_schedule_it(self) -> None:
        shop, other = self.env["product.pricelist"].create(
            [{"name": "Shop"}, {"name": "Other"}]
        )
        self.backend.pricelist_id = shop
        with trap_jobs() as trap:
            self._item(other, self.mug, 3)
            self.env.cr.precommit.run()
            trap.assert_jobs_count(0)
            item = self._item(shop, self.mug, 3)
            self.env.cr.precommit.run()
            trap.assert_jobs_count(1)
        self._exported()
        item.unlink()
        self.assertEqual(self._exported(), {"p1": {"": 10}})

    def test_who_sets_prices_needs_no_right_on_shops(self) -> None:
        user = new_test_user(self.env, "pricer", groups="product.group_product_manager")
        with trap_jobs() as trap:
            self.mug.with_user(user).list_price = 4
            self.env.cr.precommit.run()
            trap.assert_jobs_count(1)
            trap.perform_enqueued_jobs()
        self.assertEqual(self.shop.price_calls[-1]["p1"], {"": 4})

    def test_import_of_prices_schedules_nothing(self) -> None:
        with trap_jobs() as trap:
            self.mug.with_context(connector_no_export=True).list_price = 5
            self.env.cr.precommit.run()
            trap.assert_jobs_count(0)
