# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo.addons.component.tests.common import TransactionComponentCase
from odoo.addons.connector.database import pg_try_advisory_lock
from odoo.addons.connector.exception import IDMissingInBackend, InvalidDataError
from odoo.addons.queue_job import identity_exact
from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.queue_job.job import Job
from odoo.addons.queue_job.tests.common import JobMixin, trap_jobs

from ..components.service import Service


class TestFeedback(JobMixin, TransactionComponentCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.backend = cls.env["feedback.backend"].create({"name": "feedback"})
        cls.answers = cls.env["feedback.answer"]

    def setUp(self) -> None:
        super().setUp()
        Service.services.clear()
        self.service = Service.of("feedback")
        self.service.data["people"]["p1"] = {"name": "Ada", "mail": "ada@x.test"}
        self.put("a1", score="9")

    def put(self, external_id: str, **values: Any) -> None:
        """Store an answer in the service."""
        answer = {"text": "Fine", "author": "p1", "date": "2026-01-01 10:00:00"}
        self.service.data["answers"][external_id] = {**answer, **values}

    def answer(self, external_id: str = "a1", **kwargs: Any) -> Any:
        """Import an answer; return it."""
        self.answers.import_record(self.backend, external_id, **kwargs)
        return self.answers.search([("external_id", "=", external_id)])

    def test_import_in_a_chain(self) -> None:
        with trap_jobs() as trap:
            self.backend.action_import()
            trap.assert_jobs_count(2)
            first, second = trap.enqueued_jobs
            self.assertEqual(second.depends_on, {first})
            trap.assert_enqueued_job(
                self.answers.import_batch,
                args=(self.backend,),
                kwargs={"filters": {"open": True}},
                properties={"description": "Import the answers"},
            )
            trap.perform_enqueued_jobs()
            trap.assert_jobs_count(1, only=self.answers.import_record)
            trap.perform_enqueued_jobs()
        answer = self.answers.search([])
        self.assertEqual((answer.name, answer.score), ("Fine", 9))
        self.assertEqual(answer.partner_id.name, "Ada")
        self.assertEqual(answer.binding_id.odoo_id, answer.partner_id)

    def test_dependency_is_imported_first(self) -> None:
        answer = self.answer()
        self.assertEqual(answer.partner_id.email, "ada@x.test")
        self.assertIn("a1", self.service.data["seen"])

    def test_up_to_date_unless_forced(self) -> None:
        answer = self.answer()
        self.put("a1", score="3")
        self.assertEqual(self.answer().score, 9)
        self.assertEqual(self.answer(force=True).score, 3)
        self.put("a1", score="4", date="2026-01-02 10:00:00")
        self.assertEqual(self.answer(), answer)
        self.assertEqual(answer.score, 4)

    def test_skip_and_refuse(self) -> None:
        self.put("a2", draft=True)
        self.assertFalse(self.answer("a2"))
        self.put("a3", score="11")
        with self.assertRaises(InvalidDataError):
            self.answer("a3")
        self.put("a4", author="p9")
        with self.assertRaises(IDMissingInBackend):
            self.answer("a4")

    def test_review(self) -> None:
        answer = self.answer()
        checkpoints = self.env["connector.checkpoint"]
        self.assertFalse(checkpoints.search([("record_id", "=", answer.id)]))
        self.put("a5", text="", score="")
        answer = self.answer("a5")
        self.assertEqual(answer.name, "nothing said")
        checkpoint = checkpoints.search([("name", "=", "nothing said")])
        self.assertEqual(checkpoint.record, answer)
        answer.unlink()
        checkpoint.invalidate_recordset()
        self.assertFalse(checkpoint.record)

    def test_two_workers(self) -> None:
        with self.registry.cursor() as cr:
            model, record = self.backend._name, self.backend
            name = f"import({model}, {record.id}, feedback.answer, a1)"
            self.assertTrue(pg_try_advisory_lock(self.env(cr=cr), name))
            with self.assertRaises(RetryableJobError) as caught:
                self.answer()
        self.assertTrue(caught.exception.ignore_retry)

    def test_export(self) -> None:
        binding = self.answer().binding_id
        with trap_jobs() as trap:
            binding.email = "ada@y.test"
            binding.email = "ada@y.test"
            trap.assert_jobs_count(1)
            trap.assert_enqueued_job(
                binding.export_record,
                kwargs={"fields": ["email"]},
                properties={"identity_key": identity_exact},
            )
            trap.perform_enqueued_jobs()
        self.assertEqual(self.service.data["people"]["p1"]["mail"], "ada@y.test")

    def test_export_creates(self) -> None:
        binding = self.env["feedback.partner"].create(
            {"backend_id": self.backend.id, "name": "Bob", "email": "bob@x.test"}
        )
        binding.export_record()
        self.assertEqual(binding.external_id, "new-1")
        sent = self.service.data["people"]["new-1"]
        self.assertEqual(sent, {"name": "Bob", "mail": "bob@x.test"})

    def test_delete(self) -> None:
        with self.backend.work_on("feedback.partner") as work:
            work.component(usage="record.deleter").run("p1")
        self.assertFalse(self.service.data["people"])

    def test_failure_is_told(self) -> None:
        self.put("a3", score="11")
        job = self.answers.with_delay().import_record(self.backend, "a3")
        job = Job.load(self.env, job.uuid)
        with self.assertRaises(InvalidDataError):
            job.perform()
        job.on_fail(
            {"exc_name": "InvalidDataError", "exc_message": "x", "exc_info": "tb"}
        )
        self.assertEqual(self.backend.name, "failed: InvalidDataError")
