# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What happens when jobs of a function fail for good."""

from __future__ import annotations

from typing import Any
from unittest import mock

from odoo.exceptions import ValidationError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .common import EngineCase, JobCase

EXECUTOR = "odoo.addons.queue_job.runtime.executor"
MANAGER = "queue_job.group_queue_job_manager"
URL = "https://alerts.example.com/jobs"


class PolicyCase(JobCase):
    """Failed jobs of a function, in the transaction of the test."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.manager = new_test_user(cls.env, "policy_manager", MANAGER)
        cls.team = cls.env["res.groups"].create({"name": "Team"})
        cls.function = cls.env["queue.job.function"].create(
            {"name": "<test.queue.job>.echo", "failure_user_ids": cls.manager.ids}
        )

    def failed_jobs(self, count: int = 1, method: str = "echo", **values: Any) -> Any:
        """Return the records of jobs that failed, their function's policies applied."""
        jobs = self.env["queue.job"]
        for number in range(count):
            jobs |= getattr(self.record.with_delay(), method)(number).db_record()
        jobs = jobs.with_context(_job_edit_sentinel=jobs.EDIT_SENTINEL)
        failure = {
            "state": "failed",
            "exc_name": "ValueError",
            "exc_message": "no stock",
            "date_done": "2030-01-01 00:00:00",
            **values,
        }
        with self.enter_quietly():
            jobs.write(failure)
            self.env.flush_all()
        self.env["queue.job"]._tell_news()
        return jobs

    def enter_quietly(self) -> Any:
        """Leave out the messages, which are another policy."""
        model = type(self.env["queue.job"])
        return mock.patch.object(model, "_message_post_on_failure")


class TestNoting(PolicyCase):
    def noted(self) -> int:
        """Return how many failures wait to be looked at."""
        self.env.cr.execute("SELECT count(*) FROM queue_job_failure")
        return self.env.cr.fetchone()[0]

    def test_only_failures_of_functions_that_act_are_noted(self) -> None:
        job = self.record.with_delay().echo().db_record()
        self.assertFalse(self.function.acts_on_failure)
        for acts in (False, True):
            if acts:
                self.function.dead_letter_channel_id = self.env.ref(
                    "queue_job.channel_root"
                )
            self.env.flush_all()
            with self.enter_quietly():
                job.state = "failed"
                self.env.flush_all()
            self.assertEqual(self.noted(), int(acts))
            job.state = "pending"
            self.env.flush_all()

    def test_a_policy_that_raises_does_not_keep_others_from_acting(self) -> None:
        self.function.write(
            {
                "dead_letter_channel_id": self.env.ref("queue_job.channel_root").id,
                "failure_activity_type_id": self.env.ref(
                    "mail.mail_activity_data_todo"
                ).id,
            }
        )
        model = type(self.env["queue.job"])

        def broken(_jobs: Any, _function: Any) -> None:
            raise ValueError("broken")

        self.patch(model, "_schedule_failure_activity", broken)
        channel = "root.other"
        job = self.record.with_delay(channel=channel).echo().db_record()
        with self.enter_quietly():
            job.state = "failed"
            self.env.flush_all()
        name = "odoo.addons.queue_job.models.queue_job_failure_policy"
        with self.assertLogs(name, "ERROR"):
            self.env["queue.job"]._tell_news()
        self.assertEqual((job.channel, job.origin_channel), ("root", channel))


class TestMessage(PolicyCase):
    def test_it_can_be_switched_off(self) -> None:
        for told in (True, False):
            self.function.failure_message = told
            job = self.record.with_delay().echo().db_record()
            job.state = "failed"
            self.assertEqual(bool(job.message_ids), told)
            self.assertEqual(bool(job.message_follower_ids), told)


class TestActivity(PolicyCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.function.failure_activity_type_id = cls.env.ref(
            "mail.mail_activity_data_todo"
        )

    def test_one_activity_however_many_fail(self) -> None:
        self.failed_jobs(3)
        activity = self.function.activity_ids
        self.assertEqual(activity.user_id, self.manager)
        self.assertIn("3 jobs failed", activity.note)
        self.assertIn("ValueError: no stock", activity.note)
        self.failed_jobs(2)
        self.assertEqual(self.function.activity_ids, activity)
        self.assertIn("5 jobs failed", activity.note)

    def test_a_new_one_once_it_is_done(self) -> None:
        self.failed_jobs()
        self.function.activity_ids.action_done()
        self.failed_jobs(date_done="2030-01-02 00:00:00")
        self.assertEqual(len(self.function.activity_ids), 1)
        self.assertIn("1 jobs failed", self.function.activity_ids.note)

    def test_each_of_a_team(self) -> None:
        other = new_test_user(self.env, "policy_other", MANAGER)
        outsider = new_test_user(self.env, "policy_outsider", "base.group_user")
        self.team.user_ids = other | outsider
        self.function.failure_group_id = self.team
        self.failed_jobs()
        users = self.function.activity_ids.user_id
        # who may not see the queue could not open what they are told of
        self.assertEqual(users, self.manager | other)

    def test_somebody_must_be_responsible(self) -> None:
        with self.assertRaisesRegex(ValidationError, "nobody is responsible"):
            self.function.failure_user_ids = False

    def test_text_of_an_exception_is_no_html(self) -> None:
        self.failed_jobs(exc_message="<script>alert(1)</script>")
        self.assertIn("&lt;script&gt;", self.function.activity_ids.note)


class TestDeadLetter(PolicyCase):
    def test_put_aside_and_brought_back(self) -> None:
        channel = self.env["queue.job.channel"].create(
            {"name": "dead", "parent_id": self.env.ref("queue_job.channel_root").id}
        )
        self.function.dead_letter_channel_id = channel
        job = self.failed_jobs()
        self.assertEqual((job.channel, job.origin_channel), ("root.dead", "root"))
        job.requeue()
        self.assertEqual((job.channel, job.origin_channel), ("root", False))
        self.env.cr.execute(
            "SELECT lane.name FROM queue_job_ready JOIN queue_job_lane AS lane"
            " ON lane.id = lane_id WHERE job_id = %s",
            [job.id],
        )
        self.assertEqual(self.env.cr.fetchall(), [("root",)])

    def test_a_job_requeued_meanwhile_is_left_alone(self) -> None:
        self.function.dead_letter_channel_id = self.env.ref("queue_job.channel_root")
        job = self.record.with_delay(channel="root.other").echo().db_record()
        with self.enter_quietly():
            job.state = "failed"
            self.env.flush_all()
        job.requeue()
        self.env["queue.job"]._tell_news()
        self.assertEqual(job.channel, "root.other")


class TestDigest(PolicyCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.function.failure_digest = True
        cls.manager.email = "manager@example.com"
        cls.env["queue.job.function"]._send_failure_digests()

    def mails(self) -> Any:
        """Send the digests; return the mails."""
        before = self.env["mail.mail"].search([])
        self.env["queue.job.function"]._send_failure_digests()
        return self.env["mail.mail"].search([]) - before

    def test_one_mail_with_a_line_for_each_cause(self) -> None:
        self.failed_jobs(3)
        self.failed_jobs(2, exc_name="KeyError")
        mail = self.mails()
        self.assertIn("manager@example.com", mail.email_to)
        self.assertIn("5 jobs failed", mail.subject)
        self.assertRegex(str(mail.body_html), r"(?s)ValueError.*3.*KeyError.*2")
        self.assertIn("&lt;test.queue.job&gt;.echo", str(mail.body_html))

    def test_no_mail_about_nothing(self) -> None:
        self.failed_jobs(date_done="2020-01-01 00:00:00")
        self.failed_jobs().requeue()
        self.assertFalse(self.mails())

    def test_other_companies_are_not_told(self) -> None:
        other = self.env["res.company"].create({"name": "Other"})
        self.failed_jobs(company_id=other.id)
        self.assertFalse(self.mails())

    def test_managers_where_nobody_is_named(self) -> None:
        self.function.failure_user_ids = False
        self.failed_jobs()
        self.assertIn("manager@example.com", self.mails().mapped("email_to")[-1])
        self.manager.subscribe_job = False
        self.failed_jobs()
        self.assertNotIn("manager@example.com", str(self.mails().mapped("email_to")))

    def test_the_cron_calls_it(self) -> None:
        cron = self.env.ref("queue_job.ir_cron_failure_digest")
        self.failed_jobs()
        before = self.env["mail.mail"].search_count([])
        cron.with_context(lastcall=False).ir_actions_server_id.run()
        self.assertGreater(self.env["mail.mail"].search_count([]), before)


class TestByTheEngine(EngineCase):
    @mute_logger(EXECUTOR)
    def test_a_worker_does_it_after_the_failure(self) -> None:
        channel = self.env["queue.job.channel"].create(
            {"name": "dead", "parent_id": self.env.ref("queue_job.channel_root").id}
        )
        function = self.env["queue.job.function"].create(
            {
                "name": "<test.queue.job>.fail_unless_named",
                "dead_letter_channel_id": channel.id,
                "failure_message": False,
            }
        )
        self.addCleanup(self._remove, function, channel)
        job = self.record.with_delay().fail_unless_named("x")
        self.run_jobs()
        record = job.db_record()
        self.assertEqual((record.state, record.channel), ("failed", "root.dead"))
        self.assertFalse(record.message_ids)

    def _remove(self, *records: Any) -> None:
        self.cr.rollback()
        self.cr.execute("DELETE FROM queue_job")
        for record in records:
            record.unlink()
        self.cr.commit()
