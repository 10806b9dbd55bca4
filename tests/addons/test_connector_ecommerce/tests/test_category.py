# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo import Command

from odoo.addons.connector_ecommerce.core import ShopProduct
from odoo.addons.queue_job.tests.common import trap_jobs

from .common import MemoryShopCase

CATEGORY = "test.shop.product.category"
PRODUCT = "test.shop.product.template"


class TestCategory(MemoryShopCase):
    def setUp(self) -> None:
        super().setUp()
        for external_id in ("c1", "c2", "c3"):
            self.shop.categories[external_id] = {
                "id": external_id,
                "name": external_id,
                "products": [],
            }
            self._run(external_id, CATEGORY)

    def category(self, external_id: str) -> Any:
        return self._find(external_id, CATEGORY)

    def sold(self, *shown_in: str) -> Any:
        """Return the binding of a product, which the shop shows in some categories."""
        self.shop.templates["t1"] = ShopProduct(
            external_id="t1", name="Cap", variants=(), category_ids=shown_in
        )
        self._run("t1", PRODUCT)
        return self._find("t1", PRODUCT)

    def list_in_categories(self, product: Any) -> dict[str, list[str]]:
        """List the product, and return what each category of the shop lists."""
        with self.backend.work_on(PRODUCT) as work:
            work.component(usage="category.lister").run(product)
        return {id_: c["products"] for id_, c in self.shop.categories.items()}

    def test_product_is_listed_where_it_is_missing_and_no_more_elsewhere(self) -> None:
        self.shop.categories["c1"]["products"] = ["other", "t1"]
        product = self.sold("c1")
        product.category_ids = [Command.set(self.category("c2").ids)]
        listed = self.list_in_categories(product)
        self.assertEqual(listed, {"c1": ["other"], "c2": ["t1"], "c3": []})

    def test_category_that_shows_the_product_by_a_rule_is_left_alone(self) -> None:
        product = self.sold("c1")
        self.assertEqual(product.category_ids, self.category("c1"))
        self.assertEqual(
            self.list_in_categories(product), {"c1": [], "c2": [], "c3": []}
        )

    def test_category_moved_in_odoo_is_moved_in_the_shop(self) -> None:
        with trap_jobs() as trap:
            self.category("c2").parent_id = self.category("c1")
            trap.perform_enqueued_jobs()
            self.assertEqual(self.shop.moves, [("c2", "c1")])
            self.category("c2").write({"parent_id": False, "name": "Second"})
            trap.perform_enqueued_jobs()
        self.assertEqual(self.shop.moves[1:], [("c2", None)])
        self.assertEqual(self.shop.categories["c2"]["name"], "Second")
        self.assertNotIn("parent", self.shop.categories["c2"])

    def test_shop_that_keeps_its_products_is_told_nothing(self) -> None:
        self.backend.export_products = False
        with trap_jobs() as trap:
            self.category("c2").parent_id = self.category("c1")
            trap.assert_jobs_count(0)
