# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest import mock

from odoo.tests.common import TransactionCase, tagged

from odoo.addons.queue_job import delay
from odoo.addons.queue_job.job import Job
from odoo.addons.queue_job.tests.common import JobMixin, trap_jobs


class AuditedJob(Job):
    """A job that tells when it is stored."""

    stored = []

    def store(self):
        self.stored.append(self.method_name)
        return super().store()

    def perform(self):
        return ("audited", super().perform())


@tagged("post_install", "-at_install")
class TestHooks(TransactionCase, JobMixin):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.report = cls.env["team.report"].create({"name": "Sales", "team": "red"})

    def test_values(self):
        record = self.report.with_delay().whoami().db_record()
        self.assertEqual(record.team, "red")
        self.assertEqual(record.priority, 10, "core values win")
        self.assertNotEqual(record.uuid, "mine")
        record = self.report.with_delay().archive_it("x").db_record()
        self.assertEqual(record.team, "archive")
        self.assertEqual(record.document_name, "team.report/('x',)")

    def test_context(self):
        report = self.report.with_context(
            team_key="blue", tz="Europe/Brussels", noise=1, lang="en_US"
        )
        self.assertEqual(
            report._job_prepare_context_before_enqueue(),
            {"team_key": "blue", "tz": "Europe/Brussels", "lang": "en_US"},
        )
        job = report.with_delay().archive_it(report)
        loaded = Job.load(self.env, job.uuid)
        self.assertEqual(loaded.recordset.env.context["team_key"], "blue")
        self.assertNotIn("noise", loaded.recordset.env.context)
        self.assertEqual(loaded.args[0].env.context["team_key"], "blue")
        self.assertTrue(loaded.perform().startswith("blue"))

    def test_auto_delay(self):
        with trap_jobs() as trap:
            self.report.send(to="boss", copies=2)
            trap.assert_jobs_count(1)
            trap.assert_enqueued_job(
                self.report.send,
                kwargs={"to": "boss", "copies": 2},
                properties={"priority": 3, "description": "Send to boss"},
            )
            self.assertFalse(self.report.sent)
            trap.perform_enqueued_jobs()
        self.assertEqual(self.report.sent, "boss x2")

    def test_auto_delay_with_a_key(self):
        with trap_jobs() as trap:
            self.report.print_out()
            trap.assert_jobs_count(0)
            self.assertEqual(self.report.sent, "printed")
            self.report.sent = False
            self.report.with_context(team_delay_print=True).print_out()
            trap.assert_jobs_count(1)
            self.assertFalse(self.report.sent)

    def test_auto_delay_off(self):
        counter = self.job_counter()
        for key in (
            "_job_force_sync",
            "queue_job__no_delay",
            "test_queue_job_no_delay",
            "job_uuid",
        ):
            self.report.sent = False
            result = self.report.with_context(**{key: True}).send(to=key)
            self.assertEqual(result, f"{key} x1")
        self.assertFalse(counter.count_created())
        origin = type(self.report).send.origin
        self.assertEqual(origin(self.report), "all x1")
        self.assertEqual(type(self.report).send.__doc__, "Send the report")

    def test_subclass_of_job(self):
        AuditedJob.stored.clear()
        with mock.patch.object(delay, "Job", AuditedJob):
            job = self.report.with_delay().archive_it(1)
        self.assertIsInstance(job, AuditedJob)
        self.assertEqual(AuditedJob.stored, ["archive_it"])
        loaded = AuditedJob.load(self.env, job.uuid)
        self.assertIsInstance(loaded, AuditedJob)
        self.assertEqual(loaded, job)
        self.assertEqual(hash(loaded), hash(job))
        self.assertEqual(loaded.perform()[0], "audited")
        by_record = AuditedJob._load_from_db_record(job.db_record())
        self.assertIsInstance(by_record, AuditedJob)

    def test_generated_job(self):
        delayable = self.report.delayable().archive_it()
        delayable.delay()
        self.assertIsInstance(delayable._generated_job, Job)

    def test_job_attributes(self):
        job = self.report.with_delay(
            priority=4, description="Look", identity_key="look"
        ).archive_it("a", 2)
        self.env.flush_all()
        job = Job.load(self.env, job.uuid)
        self.assertEqual(job.model_name, "team.report")
        self.assertEqual(job.method_name, "archive_it")
        self.assertEqual(job.args, ("a", 2))
        self.assertEqual(job.kwargs, {})
        self.assertEqual(job.recordset, self.report)
        self.assertEqual(job.description, "Look")
        self.assertEqual(job.priority, 4)
        self.assertEqual(job.identity_key, "look")
        self.assertEqual(job.state, "pending")
        self.assertEqual(job.channel, "root")
        self.assertEqual(job.retry, 0)
        self.assertEqual(job.max_retries, 5)
        self.assertEqual(job.user_id, self.env.uid)
        self.assertEqual(job.company_id, self.env.company.id)
        self.assertEqual(job.job_function_name, "<team.report>.archive_it")
        self.assertIsNone(job.exec_time)
        self.assertIsNone(job.eta)
        self.assertIsNone(job.on_fail_method_name)
        self.assertEqual(job.env, self.report.env)
        self.assertEqual(job.func.__func__, self.report.archive_it.__func__)
        for name in (
            "date_enqueued date_started date_done date_cancelled result exc_name"
            " exc_message exc_info worker_pid"
        ).split():
            self.assertIsNone(getattr(job, name), name)
        self.assertTrue(job.date_created)

    def test_other_cursor(self):
        company = self.env.ref("base.main_company")
        report = self.env["team.report"].browse()
        job = report.with_delay().count_in_steps()
        config = Job.load(self.env, job.uuid).job_config
        self.assertTrue(config.allow_commit)
        self.env.flush_all()
        loaded = Job.load(self.env, job.uuid)
        other = loaded.perform()
        self.assertNotEqual(other, report.count_in_steps())
        job = Job(report.archive_it, args=([company], {"company": company}))
        with job.in_temporary_env():
            self.assertIsNot(job.recordset.env.cr, self.env.cr)
            self.assertIsNot(job.args[0][0].env.cr, self.env.cr)
            self.assertIsNot(job.args[1]["company"].env.cr, self.env.cr)
            self.assertEqual(job.args[0][0].env.uid, self.env.uid)
        self.assertIs(job.recordset.env.cr, self.env.cr)
