# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest import mock

from odoo.addons.connector.components.locker import RecordLocker
from odoo.addons.connector.exception import InvalidDataError, NoExternalId
from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.queue_job.job import Job

from .common import BazaarCase


class TestExport(BazaarCase):
    def setUp(self):
        super().setUp()
        self.category = self.env["res.partner.category"].create({"name": "Books"})
        self.market.tables["categories"].clear()

    def seller(self, **values):
        values = {"name": "Ada", "category_main_id": self.category.id, **values}
        return self.quiet("bazaar.seller", **values)

    def test_create(self):
        seller = self.seller(country_id=self.env.ref("base.be").id)
        message = seller.export_record()
        self.assertIn("8", message)
        binding = self.category.bazaar_bind_ids
        self.assertEqual((binding.bazaar_ref, binding.color), ("1", 3))
        self.assertEqual(seller.bazaar_ref, "8")
        sent = self.market.table("sellers")["8"]
        self.assertEqual(sent["category"], "1")
        self.assertEqual(sent["created_by"], "14.0")
        self.assertEqual(self.market.calls[-1], ("after", "8", None, None))

    def test_update(self):
        seller = self.seller()
        seller.export_record()
        seller.with_context(connector_no_export=True).rating = 3
        seller.export_record(fields=["rating"])
        self.assertEqual(self.sent("put")[-1], ("put", "sellers", "8", {"rating": 3}))
        count = len(self.sent("put"))
        self.assertEqual(seller.export_record(["zip"]), "Nothing to export.")
        self.assertEqual(len(self.sent("put")), count)

    def test_invalid(self):
        seller = self.seller(bazaar_ref="7", rating=9)
        with self.assertRaises(InvalidDataError):
            seller.export_record(["rating"])

    def test_skip(self):
        seller = self.seller(name="Skipped seller")
        seller.export_record()
        self.assertFalse(seller.bazaar_ref)

    def test_should_import(self):
        self.market.table("sellers")["7"]["changed_there"] = True
        seller = self.seller(bazaar_ref="7")
        counter = self.job_counter()
        seller.export_record(["name"])
        jobs = counter.search_created()
        self.assertEqual(jobs.method_name, "import_record")
        self.assertEqual(jobs.kwargs, {"force": True})

    def test_gone_there(self):
        seller = self.seller(bazaar_ref="55")
        seller.export_record(["name"])
        self.assertEqual(seller.bazaar_ref, "8")

    def test_parent_first(self):
        parent = self.seller(name="Parent")
        seller = self.seller(parent_id=parent.odoo_id.id)
        with self.assertRaises(NoExternalId):
            seller.export_record()

    def test_locked(self):
        # another transaction cannot see the record of a test: ask the locker
        seller = self.seller()
        with mock.patch.object(
            RecordLocker, "lock", side_effect=RetryableJobError("busy", seconds=3)
        ):
            with self.assertRaises(RetryableJobError):
                seller.export_record()
        partner = self.env.ref("base.main_partner")
        with self.registry.cursor() as cr:
            cr.execute(
                "SELECT id FROM res_partner WHERE id = %s FOR UPDATE", [partner.id]
            )
            with self.working() as work:
                locker = work.component(usage="record.locker")
                with self.assertRaises(RetryableJobError) as caught:
                    locker.lock(partner, seconds=3, ignore_retry=False)
        self.assertEqual(caught.exception.seconds, 3)
        self.assertFalse(caught.exception.ignore_retry)

    def test_listeners(self):
        counter = self.job_counter()
        seller = self.env["bazaar.seller"].create(
            {"backend_id": self.backend.id, "name": "Ada"}
        )
        seller.rating = 2
        jobs = counter.search_created()
        self.assertEqual(set(jobs.mapped("method_name")), {"export_record"})
        self.assertEqual(set(jobs.mapped("channel")), {"root.bazaar"})
        self.assertIn("Export Ada", jobs.mapped("name"))
        count = counter.count_created()
        seller.odoo_id.city = "Town"
        self.assertEqual(counter.count_created(), count + 1)
        seller.odoo_id.city = "Town"
        self.assertEqual(counter.count_created(), count + 1, "the same job again")

    def test_unlink(self):
        seller = self.seller(bazaar_ref="7")
        counter = self.job_counter()
        seller.odoo_id.unlink()
        job = counter.search_created()
        self.assertEqual(Job.load(self.env, job.uuid).perform(), "deleted")
        self.assertFalse(self.market.table("sellers"))

    def test_related_action(self):
        seller = self.seller()
        action = seller.delay_export().db_record().open_related_action()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("res.partner", seller.odoo_id.id)
        )
        news = self.quiet("bazaar.news", name="Opening")
        action = news.with_delay().export_record().db_record().open_related_action()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("bazaar.news", news.id)
        )
        both = news + self.quiet("bazaar.news", name="Closing")
        record = both.with_delay().export_record().db_record()
        self.assertIsNone(record.related_action_unwrap_binding())

    def test_direct_binding(self):
        news = self.quiet("bazaar.news", name="Opening")
        self.assertEqual(news.export_record(), "1")
        self.assertEqual(news.bazaar_ref, "1")
        self.assertEqual(
            self.market.table("news")["1"], {"ref": "1", "headline": "Opening"}
        )

    def test_no_run(self):
        with self.working() as work:
            importer = work.components_registry["base.synchronizer"](work)
            with self.assertRaises(NotImplementedError):
                importer.run()
