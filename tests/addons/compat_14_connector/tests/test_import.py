# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.addons.connector.database import pg_try_advisory_lock
from odoo.addons.connector.exception import ManyIDSInBackend, NetworkRetryableError
from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.queue_job.tests.common import trap_jobs

from .common import BazaarCase


class TestImport(BazaarCase):
    def test_batches(self):
        with trap_jobs() as trap:
            self.backend.synchronize()
            trap.assert_jobs_count(2)
            trap.assert_enqueued_job(
                self.env["bazaar.seller"].import_batch,
                args=(self.backend,),
                properties={"priority": 20},
            )
            trap.perform_enqueued_jobs()
            trap.assert_jobs_count(1, only=self.env["bazaar.seller"].import_record)
            trap.assert_jobs_count(0, only=self.env["bazaar.category"].import_record)
            trap.perform_enqueued_jobs()
            trap.assert_jobs_count(0)
        self.assertEqual(
            self.env["bazaar.category"].search([]).mapped("name"), ["Books", "Toys"]
        )
        seller = self.env["bazaar.seller"].search([])
        self.assertEqual(seller.child_ids.mapped("name"), ["Ada"])
        self.assertEqual(self.market.closed, 5)

    def test_dependency(self):
        seller = self.import_seller()
        self.assertEqual(seller.bazaar_category_id.name, "Books")
        self.assertEqual(
            [call[1:3] for call in self.sent("get")],
            [("sellers", "7"), ("categories", "1")],
        )

    def test_update(self):
        seller = self.import_seller()
        source = self.market.table("sellers")["7"]
        source["name"] = "Ada & daughters"
        source["contacts"][0]["label"] = "Ada B."
        source["contacts"].append({"label": "Cy", "mail": "cy@x.test"})
        self.assertEqual(self.import_seller(), seller)
        self.assertEqual(seller.name, "Ada & daughters")
        self.assertEqual(set(seller.child_ids.mapped("name")), {"Ada B.", "Cy"})
        self.assertIn("Imported as 7", seller.comment)

    def test_gone(self):
        self.assertIn("no longer", self.import_seller("9"))

    def test_lock(self):
        with self.registry.cursor() as cr:
            env = self.env(cr=cr)
            text = f"bazaar({self.backend.id}, bazaar.seller, 7)"
            self.assertTrue(pg_try_advisory_lock(env, text))
            with self.assertRaises(RetryableJobError) as caught:
                self.import_seller()
        self.assertEqual(caught.exception.seconds, 7)
        self.assertTrue(caught.exception.ignore_retry)

    def test_network(self):
        for code, error in (
            (503, NetworkRetryableError),
            (429, RetryableJobError),
            (300, ManyIDSInBackend),
        ):
            self.market.fail_with = code
            with self.assertRaises(error):
                self.import_seller()

    def test_adapter(self):
        with self.working() as work:
            adapter = work.component(usage="backend.adapter")
            self.assertEqual(adapter.search_read()[0]["name"], "Ada & sons")
        with self.working("bazaar.news") as work:
            adapter = work.component(usage="backend.adapter")
            for method in ("search", "read", "search_read", "write", "delete"):
                with self.assertRaises(NotImplementedError):
                    getattr(adapter, method)()
