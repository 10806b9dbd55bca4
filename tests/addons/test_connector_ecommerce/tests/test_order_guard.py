# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from psycopg2.extensions import TransactionRollbackError

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import DummyRLock, Registry
from odoo.tests import tagged
from odoo.tests.common import BaseCase, get_db_name
from odoo.tools import mute_logger

from odoo.addons.connector_ecommerce.core import ShopCustomer
from odoo.addons.connector_ecommerce.tests.shop_orders import make_order
from odoo.addons.queue_job.exception import RetryableJobError

from ..memory_shop import SHOPS, MemoryShop

MODEL = "test.shop.sale.order"
NAME = "Guarded shop"


@tagged("post_install", "-at_install")
class TestOrderGuard(BaseCase):
    """A webhook, a batch and a person import one order: real transactions."""

    def setUp(self) -> None:
        super().setUp()
        self.registry = Registry(get_db_name())
        customer = ShopCustomer(name=NAME, email="guard@shop.example")
        line = {
            "product_external_id": "p1",
            "total_excluded": 1000,
            "total_included": 1000,
            "tax_rate": 0,
        }
        shop = MemoryShop(products={"p1": {"name": NAME, "sku": NAME}})
        SHOPS[NAME] = shop
        self.addCleanup(SHOPS.pop, NAME)
        with self._transaction() as env:
            currency = env.company.currency_id.name
            for number in ("1", "2"):
                shop.orders[number] = make_order(
                    [line], name=f"S-{number}", customer=customer, currency=currency
                )
            values = {"name": NAME, "workflow_id": False}
            self.backend_id = env["test.shop.backend"].create(values).id
        self.addCleanup(self._clean)

    @contextmanager
    def _transaction(self, commit: bool = True) -> Iterator[api.Environment]:
        with self.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})
            if not commit:
                cr.rollback()

    def _clean(self) -> None:
        with self._transaction() as env:
            backend = env["test.shop.backend"].browse(self.backend_id)
            products = env["test.shop.product.product"]
            for model in (env[MODEL], products):
                bindings = model.search([("backend_id", "=", backend.id)])
                records = bindings.odoo_id
                bindings.unlink()
                records.unlink()
            env["res.partner"].search([("name", "=", NAME)]).unlink()
            backend.unlink()

    def _import(self, env: api.Environment, number: str = "1") -> str:
        backend = env["test.shop.backend"].browse(self.backend_id)
        return env[MODEL].import_record(backend, number)

    def _orders(self) -> list[str]:
        with self._transaction() as env:
            orders = env[MODEL].search([("backend_id", "=", self.backend_id)])
            return orders.mapped("origin")

    def test_webhook_batch_and_person_race(self) -> None:
        """Three importers start together, and try again until they succeed."""
        start = threading.Barrier(3)
        attempts: list[int] = []
        committed = threading.Event()

        def importer() -> None:
            start.wait(timeout=30)
            for attempt in range(1, 50):
                try:
                    with self._transaction() as env:
                        self._import(env)
                except (RetryableJobError, TransactionRollbackError):
                    committed.wait(timeout=1)
                else:
                    attempts.append(attempt)
                    committed.set()
                    return

        threads = [threading.Thread(target=importer, daemon=True) for _ in range(3)]
        # the thread that runs the tests holds this lock
        self.patch(Registry, "_lock", DummyRLock())
        with mute_logger("odoo.sql_db"):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(timeout=60)
        self.assertEqual(len(attempts), 3)
        self.assertEqual(self._orders(), ["S-1"])
        with self._transaction() as env:
            self.assertEqual(
                env["sale.order"].search_count([("origin", "=", "S-1")]), 1
            )
            receipts = env["ecommerce.order.receipt"].search([("name", "=", "S-1")])
            self.assertEqual(receipts.mapped("state"), ["imported"])

    def test_second_importer_waits_for_the_first(self) -> None:
        with self._transaction() as first:
            self._import(first)
            with self._transaction(commit=False) as second:
                with self.assertRaises(RetryableJobError) as caught:
                    self._import(second)
            self.assertTrue(caught.exception.ignore_retry)
        self.assertEqual(self._orders(), ["S-1"])

    def test_importer_that_began_before_the_first_commit_is_retried(self) -> None:
        with self._transaction(commit=False) as late:
            # its snapshot is taken now: it will never see what the first one commits
            late["res.partner"].search_count([])
            with self._transaction() as first:
                self._import(first)
            with self.assertRaises(RetryableJobError), mute_logger("odoo.sql_db"):
                self._import(late)
        self.assertEqual(self._orders(), ["S-1"])

    def test_import_again_updates_the_same_order(self) -> None:
        for _attempt in range(2):
            with self._transaction() as env:
                self._import(env)
        self.assertEqual(self._orders(), ["S-1"])

    def test_guest_of_two_orders_is_created_once(self) -> None:
        with self._transaction(commit=False) as late:
            late["res.partner"].search_count([])
            with self._transaction() as first:
                self._import(first)
            with self.assertRaisesRegex(RetryableJobError, "guard@shop.example"):
                self._import_with_its_own_product(late)
        with self._transaction() as retried:
            self._import(retried, "2")
        self.assertEqual(sorted(self._orders()), ["S-1", "S-2"])
        with self._transaction() as env:
            partners = env["res.partner"].search([("name", "=", NAME)])
            self.assertEqual(len(partners), 1)

    def test_payment_method_is_created_once(self) -> None:
        def create(env: api.Environment) -> None:
            model = env["account.payment.method.line"]
            model.get_or_create_payment_method(NAME)

        self.addCleanup(self._clean_payment_methods)
        with self._transaction(commit=False) as late:
            late["res.partner"].search_count([])
            with self._transaction() as first:
                create(first)
                with self._transaction(commit=False) as second:
                    with self.assertRaises(RetryableJobError):
                        create(second)
            with self.assertRaises(RetryableJobError):
                create(late)
        with self._transaction() as retried:
            create(retried)
            model = retried["account.payment.method.line"]
            self.assertEqual(model.search_count([("name", "=", NAME)]), 1)

    def _import_with_its_own_product(self, env: api.Environment) -> None:
        """Import the second order so that the guest is all they compete for."""
        product = env["product.product"].create({"name": NAME, "default_code": NAME})
        values = {"odoo_id": product.id, "backend_id": self.backend_id}
        env["test.shop.product.product"].create({**values, "external_id": "own"})
        orders = SHOPS[NAME].orders
        placed = orders["2"]
        own = replace(placed.lines[0], product_external_id="own")
        orders["2"] = replace(placed, lines=(own,))
        try:
            self._import(env, "2")
        finally:
            orders["2"] = placed

    def _clean_payment_methods(self) -> None:
        with self._transaction() as env:
            model = env["account.payment.method.line"]
            model.search([("name", "=", NAME)]).unlink()
