# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged

from ..exception import RetryableJobError
from ..job import Job
from .common import trap_jobs
from .model_common import JobRecordCase


@tagged("post_install", "-at_install")
class TestCronAsJob(JobRecordCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.user = new_test_user(cls.env, "cron_user", "base.group_system")
        cls.cron = cls.env["ir.cron"].create(
            {
                "name": "Count the hours",
                "user_id": cls.user.id,
                "model_id": cls.env.ref("base.model_res_partner").id,
                "state": "code",
                "code": "found = model.search([('name', '=', 'First')])\n"
                "found.write({'comment': 'ran'})",
                "priority": 3,
                "run_as_queue_job": True,
            }
        )
        cls.channel = cls.env.ref("queue_job.channel_root_ir_cron")

    def trigger(self) -> None:
        """Do what a cron worker does when the action is due."""
        cron = self.cron.with_user(self.user)
        cron._callback(self.cron.cron_name, self.cron.ir_actions_server_id.id)

    def test_the_channel_has_a_default(self) -> None:
        self.assertEqual(self.cron.channel_id, self.channel)
        self.cron.run_as_queue_job = False
        other = self.env["queue.job.channel"]._find_or_create("root.hours")
        self.cron.write({"run_as_queue_job": True, "channel_id": other.id})
        self.assertEqual(self.cron.channel_id, other)

    def test_an_action_that_is_due_delays_a_job(self) -> None:
        with trap_jobs() as trap:
            self.trigger()
            trap.assert_jobs_count(1)
            (job,) = trap.enqueued_jobs
            self.assertEqual(job.channel, "root.ir_cron")
            self.assertEqual((job.priority, job.description), (3, "Count the hours"))
            self.assertEqual(job.user_id, self.user.id)
            self.assertNotEqual(self.partners[0].comment, "<p>ran</p>")
            trap.perform_enqueued_jobs()
        self.assertIn("ran", self.partners[0].comment)

    def test_its_job_may_commit(self) -> None:
        name = "<ir.cron>._run_job_as_queue_job"
        config = self.env["queue.job.function"].job_config(name)
        self.assertTrue(config.allow_commit)

    def test_one_waits_at_a_time(self) -> None:
        with trap_jobs() as trap:
            self.trigger()
            self.trigger()
            trap.assert_jobs_count(1)
            self.cron.no_parallel_queue_job_run = False
            self.trigger()
            self.trigger()
            trap.assert_jobs_count(3)

    def test_one_runs_at_a_time(self) -> None:
        key = f"ir.cron:{self.cron.id}"
        first = self.make_job("started", identity_key=key)
        second = self.make_job("started", identity_key=key)
        action = self.cron.ir_actions_server_id
        cron = self.cron.with_user(self.user)
        with self.assertRaises(RetryableJobError) as caught:
            cron.with_context(job_uuid=second.uuid)._run_job_as_queue_job(action)
        self.assertTrue(caught.exception.ignore_retry)
        cron.with_context(job_uuid=first.uuid)._run_job_as_queue_job(action)
        self.assertIn("ran", self.partners[0].comment)

    def test_what_remains_is_another_job(self) -> None:
        self.patch(self.env.cr, "commit", lambda: None)
        self.cron.code = "env['ir.cron']._commit_progress(2, remaining=5)"
        with trap_jobs() as trap:
            self.trigger()
            trap.perform_enqueued_jobs()
            trap.assert_jobs_count(1)
            self.cron.code = "env['ir.cron']._commit_progress(5, remaining=0)"
            trap.perform_enqueued_jobs()
            trap.assert_jobs_count(0)

    def test_nothing_done_is_not_tried_for_ever(self) -> None:
        self.patch(self.env.cr, "commit", lambda: None)
        self.cron.code = "env['ir.cron']._commit_progress(0, remaining=5)"
        with trap_jobs() as trap:
            self.trigger()
            trap.perform_enqueued_jobs()
            trap.assert_jobs_count(0)

    def test_an_action_may_switch_itself_off(self) -> None:
        self.patch(self.env.cr, "commit", lambda: None)
        self.cron.code = "env['ir.cron']._commit_progress(1, deactivate=True)"
        with trap_jobs() as trap:
            self.trigger()
            trap.perform_enqueued_jobs()
        self.assertFalse(self.cron.active)

    def test_run_manually(self) -> None:
        with trap_jobs() as trap:
            answer = self.cron.with_user(self.user).method_direct_trigger()
            trap.assert_jobs_count(1)
            self.assertEqual(trap.enqueued_jobs[0].user_id, self.user.id)
        self.assertIn("Count the hours", answer["params"]["message"])
        plain = new_test_user(self.env, "cron_plain", "base.group_user")
        with self.assertRaises(AccessError):
            self.cron.with_user(plain).method_direct_trigger()

    def test_a_stored_job_runs_the_action(self) -> None:
        self.trigger()
        self.env.flush_all()
        record = self.env["queue.job"].search([("name", "=", "Count the hours")])
        self.assertEqual(record.identity_key, f"ir.cron:{self.cron.id}")
        job = Job.load(self.env, record.uuid)
        self.assertEqual(job.args[0], self.cron.ir_actions_server_id)

    def test_the_action_that_runs_jobs_is_none(self) -> None:
        own = self.env.ref("queue_job.ir_cron_queue_job")
        with self.assertRaises(ValidationError):
            own.run_as_queue_job = True
