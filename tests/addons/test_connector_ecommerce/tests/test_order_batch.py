# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from odoo.addons.connector.exception import MappingError
from odoo.addons.queue_job.tests.common import trap_jobs

from .common import MemoryShopCase

OLD = datetime(2020, 1, 1)


class TestOrderBatch(MemoryShopCase):
    """Orders whose dates do not tell that they moved on."""

    def setUp(self) -> None:
        super().setUp()
        self.backend.unpaid_order_policy = "quotation"
        self.orders = self.env["test.shop.sale.order"]

    def received(self, external_id: str, **order: Any) -> Any:
        """Import an order, as if by a batch; return its binding."""
        self._import(external_id, **order)
        binding = self._find(external_id)
        binding.external_version = binding.shop_state
        return binding

    def jobs(self, **kwargs: Any) -> list[str]:
        """Return the orders that a batch finds."""
        with trap_jobs() as trap:
            self.orders.import_since_last(self.backend, **kwargs)
            return [job.args[1] for job in trap.enqueued_jobs]

    def test_only_what_moved_on(self) -> None:
        self.received("1", state="paid", date=datetime.now())
        self.received("2", state="paid", date=datetime.now())
        self.jobs(full=True)
        self._place("2", state="shipped", date=datetime.now())
        self.assertEqual(self.jobs(), ["2"])

    def test_old_order_is_looked_at_while_it_is_open(self) -> None:
        for state, expected in (("paid", ["1"]), ("delivered", [])):
            with self.subTest(state), self.env.cr.savepoint() as savepoint:
                self.received("1", state=state, date=OLD)
                self._place("2", state="paid", date=datetime.now())
                self.jobs(full=True)
                self._place("1", state="refunded", date=OLD)
                self.assertEqual([i for i in self.jobs() if i == "1"], expected)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_orders_before_the_start_stay_in_the_shop(self) -> None:
        self.backend.import_orders_since = datetime.now() - timedelta(days=1)
        self._place("1", date=OLD)
        self._place("2", date=datetime.now())
        self.assertEqual(self.jobs(full=True), ["2"])

    def test_poll_finds_what_is_new(self) -> None:
        self.backend.poll_interval = 5
        with trap_jobs() as trap:
            self._place("1", date=datetime.now())
            self.backend.poll_orders()
            trap.assert_jobs_count(0, only=self.orders.import_record)
        self.received("1", date=datetime.now())
        self._place("2", date=datetime.now())
        with trap_jobs() as trap:
            self.backend.poll_orders()
            found = [j for j in trap.enqueued_jobs if j.method_name == "import_record"]
            self.assertEqual([job.args[1] for job in found], ["2"])
            trap.assert_jobs_count(1, only=self.backend.poll_orders)

    def test_poll_waits_while_paused_or_off(self) -> None:
        with trap_jobs() as trap:
            self.env["test.shop.backend"]._scheduler_poll_orders()
            trap.assert_jobs_count(0)
            self.backend.action_pause()
            self.assertIn("not active", self.backend.poll_orders())
            trap.assert_jobs_count(0)


class TestShopSettings(MemoryShopCase):
    def test_works_in_the_language_of_the_shop(self) -> None:
        self.env["res.lang"]._activate_lang("fr_FR")
        self.backend.lang_id = self.env["res.lang"]._lang_get("fr_FR")
        with self.backend.work_on("test.shop.product.product") as work:
            self.assertEqual(work.env.lang, "fr_FR")
        self.assertEqual(self.backend._language_code(), "fr")

    def test_pricelist_in_the_currency_of_the_shop(self) -> None:
        pricelist = self.backend._usual_pricelist("CHF")
        self.assertEqual(pricelist.currency_id.name, "CHF")
        self.assertTrue(pricelist.currency_id.active)
        self.assertEqual(self.backend._usual_pricelist("EUR"), pricelist)

    def test_keeps_what_the_shop_tells_of_itself(self) -> None:
        told = {"currency": "CHF", "prices_include_tax": True}
        message = self.backend._keep_shop_settings(**told, products=54, orders=24)
        self.assertEqual(message, "Connected: 54 products, 24 orders.")
        self.assertTrue(self.backend.prices_include_tax)
        self.assertEqual(self.backend.pricelist_id.currency_id.name, "CHF")

    def test_tax_of_a_product_in_the_shop(self) -> None:
        product = self.env["product.template"].create(
            {"name": "Mug", "taxes_id": self.tax_included.ids}
        )
        with self.backend.work_on("test.shop.product.product") as work:
            resolver = work.component(usage="tax.resolver")
            self.assertEqual(resolver.shop_tax(product), "normal")
            product.taxes_id = self._create_tax(5.5, "tax_included")
            self.assertEqual(resolver.shop_tax(product), "books")
            product.taxes_id = self._create_tax(19, "tax_included")
            with self.assertRaisesRegex(MappingError, "no tax of 19 %"):
                resolver.shop_tax(product)
