# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest import mock

from odoo.tests import tagged

from odoo.addons.connector.exception import (
    ConnectorException,
    NetworkRetryableError,
    NoConnectorUnitError,
)
from odoo.addons.connector.models.checkpoint import add_checkpoint
from odoo.addons.queue_job.exception import NothingToDoJob, RetryableJobError
from odoo.addons.queue_job.job import Job
from odoo.addons.queue_job.tests.common import JobMixin, mock_with_delay

from ..components.till import Till
from .common import KassaCase


# The channels of @job exist when the registry is loaded.
@tagged("post_install", "-at_install")
class TestCustomers(KassaCase, JobMixin):
    def test_button_delays(self):
        with mock_with_delay() as (delayable_cls, delayable):
            self.backend.import_customers()
            self.assertEqual(delayable_cls.call_count, 1)
            args, kwargs = delayable_cls.call_args
            self.assertEqual(args, (self.model,))
            self.assertEqual(kwargs.get("priority"), 15)
            delayable.import_batch.assert_called_once_with(
                self.backend, filters={"active": True}
            )

    def test_batch(self):
        counter = self.job_counter()
        self.model.import_batch(self.backend)
        self.assertEqual(counter.count_created(), 2)
        self.assertEqual(counter.count_existing(), counter.count_all() - 2)
        jobs = counter.search_created()
        self.assertEqual(set(jobs.mapped("priority")), {20})
        self.assertEqual(set(jobs.mapped("state")), {"pending"})
        self.perform_jobs(counter)
        self.assertEqual(
            self.model.search([("backend_id", "=", self.backend.id)]).mapped("name"),
            ["Walk-in", "Ada"],
        )

    def test_import(self):
        message = self.model.import_record(self.backend, "7")
        self.assertEqual(message, "Customer 7 imported")
        binding = self.model.search([("external_id", "=", "7")])
        self.assertEqual(binding.odoo_id.email, "ada@example.com")
        self.assertEqual(binding.points, 12)
        self.assertTrue(binding.sync_date)
        self.customers["7"]["points"] = 0
        self.model.import_record(self.backend, "7")
        self.assertEqual(binding.points, 0)

    def test_import_leaves_no_export(self):
        counter = self.job_counter()
        self.model.import_record(self.backend, "7")
        self.assertFalse(counter.count_created())

    def test_zero_is_an_id(self):
        self.model.import_record(self.backend, "0")
        with self.backend.work_on("kassa.res.partner") as work:
            binder = work.component(usage="binder")
            binding = binder.to_openerp(0)
            self.assertEqual(binding.name, "Walk-in")
            self.assertEqual(binder.to_openerp("0", unwrap=True), binding.odoo_id)
            self.assertEqual(binder.to_backend(binding.odoo_id, wrap=True), "0")
            self.assertEqual(
                binder.unwrap_binding(binding, browse=True), binding.odoo_id
            )
            self.assertEqual(binder.unwrap_model(), "res.partner")

    def test_checkpoint(self):
        self.model.import_record(self.backend, "7")
        binding = self.model.search([("external_id", "=", "7")])
        found = self.env["connector.checkpoint"].search(
            [("model_id.model", "=", binding._name), ("record_id", "=", binding.id)]
        )
        self.assertEqual(found.record, binding)
        self.assertEqual(found.name, binding.display_name)
        self.assertEqual(found.backend_id, self.backend)
        self.assertEqual(found.state, "need_review")
        found.reviewed()
        self.assertEqual(found.state, "reviewed")
        # the same helper by its older path
        second = add_checkpoint(
            self.env, binding._name, binding.id, self.backend._name, self.backend.id
        )
        wizard = self.env["connector.checkpoint.review"].with_context(
            active_ids=second.ids, active_model=second._name
        )
        wizard.create({}).review()
        self.assertEqual(second.state, "reviewed")

    def test_nothing_to_do(self):
        self.customers["7"]["test"] = True
        with self.assertRaises(NothingToDoJob):
            self.model.import_record(self.backend, "7")

    def test_till_down(self):
        with mock.patch.object(Till, "down", True):
            with self.assertRaises(NetworkRetryableError) as caught:
                self.model.import_record(self.backend, "7")
        self.assertIsInstance(caught.exception, RetryableJobError)

    def test_export(self):
        counter = self.job_counter()
        binding = self.model.create(
            {
                "backend_id": self.backend.id,
                "name": "Grace",
                "street": "Main street 1",
                "points": 3,
            }
        )
        jobs = counter.search_created()
        self.assertEqual(jobs.mapped("method_name"), ["export_record"])
        self.assertEqual(jobs.channel, "root.kassa.export")
        self.assertEqual(jobs.name, "Export a customer")
        self.assertEqual(
            jobs.kwargs["fields"], ["backend_id", "name", "street", "points"]
        )
        self.perform_jobs(counter)
        self.assertEqual(binding.external_id, "8")
        self.assertEqual(
            self.customers["8"],
            {
                "id": "8",
                "label": "Grace",
                "mail": None,
                "points": 3,
                "address": "Main street 1",
            },
        )
        # only what changed is sent again
        self.customers["8"].pop("address")
        binding.points = 4
        with self.backend.work_on(binding._name) as work:
            work.component(usage="record.exporter").run(binding, ["points"])
        self.assertEqual(self.customers["8"]["points"], 4)
        self.assertNotIn("address", self.customers["8"])

    def test_delete(self):
        self.model.import_record(self.backend, "7")
        binding = self.model.search([("external_id", "=", "7")])
        counter = self.job_counter()
        binding.unlink()
        job_record = counter.search_created()
        self.assertEqual(job_record.method_name, "export_delete_record")
        self.assertEqual(job_record.channel, "root.kassa.delete")
        result = Job.load(self.env, job_record.uuid).perform()
        self.assertEqual(result, "Customer 7 deleted")
        self.assertNotIn("7", self.customers)

    def test_related_actions(self):
        self.model.import_record(self.backend, "7")
        binding = self.model.search([("external_id", "=", "7")])
        record = binding.with_delay().export_record().db_record()
        for action in (
            record.related_action_unwrap_binding(),
            record.related_action_kassa_old(),
            record.open_related_action(),
        ):
            self.assertEqual(action["res_model"], "res.partner")
            self.assertEqual(action["res_id"], binding.odoo_id.id)
        self.assertEqual(record.record_ids, binding.ids)

    def test_context_of_no_export(self):
        counter = self.job_counter()
        for key in ("connector_no_export", "no_connector_export"):
            self.model.with_context(**{key: True}).create(
                {"backend_id": self.backend.id, "name": "Quiet", "external_id": key}
            )
        self.assertFalse(counter.count_created())

    def test_exceptions(self):
        self.assertTrue(issubclass(NoConnectorUnitError, ConnectorException))
