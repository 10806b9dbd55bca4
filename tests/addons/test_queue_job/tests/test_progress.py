# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Progress of running jobs, and being told of their end."""

from __future__ import annotations

import json
from typing import Any
from unittest import mock

import psycopg2

from odoo.exceptions import UserError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from odoo.addons.queue_job.core.progress import Progress
from odoo.addons.queue_job.job import Job
from odoo.addons.queue_job.runtime import progress

from .common import EngineCase, JobCase


class TestReporting(JobCase):
    def test_what_is_no_number_is_refused(self) -> None:
        job = Job(self.record.echo)
        for args in (("1",), (True,), (1, "2")):
            with self.subTest(args=args), self.assertRaisesRegex(TypeError, "number"):
                job.progress(*args)

    def test_percent(self) -> None:
        for done, total, percent in (
            (1, 3, 33.3),
            (0, 5, 0.0),
            (7, 5, 100.0),
            (1, None, None),
            (1, 0, None),
        ):
            self.assertEqual(Progress(done, total).percent, percent)

    def test_a_text_that_the_database_cannot_store_is_mended(self) -> None:
        job = Job(self.record.echo)
        job.progress(1, 2, "a\0b")
        self.assertEqual(job.last_progress.message, "ab")

    def test_without_a_worker_it_is_kept_in_memory(self) -> None:
        with self.trap_jobs() as trap:
            job = self.record.with_delay().report_progress([(1, 2, "half")])
            trap.perform_enqueued_jobs()
        self.assertEqual(job.last_progress, Progress(1, 2, "half"))
        self.env.cr.execute("SELECT count(*) FROM queue_job_progress")
        self.assertEqual(self.env.cr.fetchone(), (0,))

    def test_a_report_just_after_another_one_is_left_out(self) -> None:
        clock = mock.Mock(return_value=100.0)
        reporter = progress.ProgressReporter("no database", 1)
        with (
            mock.patch.object(progress.time, "monotonic", clock),
            mock.patch.object(progress, "api"),
            mock.patch.object(progress, "Registry") as registry,
        ):
            reporter(Progress(1, 9))
            clock.return_value += 0.5
            reporter(Progress(2, 9))
            self.assertEqual(registry.call_count, 1)
            reporter(Progress(9, 9))  # the last one is always shown
            self.assertEqual(registry.call_count, 2)
            clock.return_value += 1.5
            reporter(Progress(3, 9))
            self.assertEqual(registry.call_count, 3)


class TestNews(EngineCase):
    def setUp(self) -> None:
        super().setUp()
        self.user = new_test_user(self.env, f"watcher_{self.record.id}")
        self.cr.execute("DELETE FROM bus_bus")
        self.cr.commit()
        self.addCleanup(self._forget_user)

    def _forget_user(self) -> None:
        self.cr.rollback()
        partner = self.user.partner_id
        self.env["mail.message"].search([("model", "=", "queue.job")]).unlink()
        self.user.unlink()
        partner.unlink()
        for table in "bus_bus", "queue_job_watch", "queue_job_progress":
            self.cr.execute(f"DELETE FROM {table}")
        self.cr.commit()

    def sent(self, kind: str) -> list[Any]:
        """Return the payloads sent to the user on the bus, oldest first."""
        self.cr.execute("SELECT channel, message FROM bus_bus ORDER BY id")
        found = []
        for channel, message in self.cr.fetchall():
            content = json.loads(message)
            if content["type"] == kind:
                self.assertIn(self.user.partner_id.id, json.loads(channel))
                found.append(content["payload"])
        return found

    def messages(self) -> list[str]:
        """Return the messages the user got in the inbox."""
        found = self.env["mail.message"].search(
            [
                ("model", "=", "queue.job"),
                ("notified_partner_ids", "in", self.user.partner_id.ids),
            ]
        )
        return [str(body) for body in found.mapped("body")]

    # -- progress ----------------------------------------------------------------------

    def test_progress_is_seen_while_the_job_runs_and_gone_afterwards(self) -> None:
        job = self.record.with_user(self.user).sudo().with_delay(description="Work")
        job = job.report_and_look([(3, 4, "three of four")])
        self.run_jobs()
        record = job.db_record()
        self.assertEqual(record.state, "done", record.exc_info)
        # as seen by the job itself, from another transaction
        self.assertEqual(record.result_json, [True, 75.0, 3.0, 4.0, "three of four"])
        self.assertFalse(record.has_progress)
        first, last = self.sent("queue_job/progress")
        self.assertEqual(
            first,
            {
                "id": record.id,
                "uuid": job.uuid,
                "name": "Work",
                "state": "started",
                "done": 3,
                "total": 4,
                "progress": 75.0,
                "message": "three of four",
            },
        )
        self.assertEqual((last["id"], last["state"]), (record.id, "done"))
        self.assertIsNone(last["progress"])
        self.cr.execute("SELECT count(*) FROM queue_job_progress")
        self.assertEqual(self.cr.fetchone(), (0,))

    @mute_logger("odoo.addons.queue_job.runtime.executor")
    def test_progress_does_not_depend_on_the_transaction_of_the_job(self) -> None:
        job = self.record.with_user(self.user).sudo().with_delay()
        job = job.report_and_fail([(1, 2, "lost work")])
        self.run_jobs()
        self.assertEqual(job.db_record().state, "failed")
        states = [sent["state"] for sent in self.sent("queue_job/progress")]
        self.assertEqual(states, ["started", "failed"])

    def test_a_job_does_not_fail_because_its_progress_cannot_be_shown(self) -> None:
        job = self.record.with_delay().report_progress([(1, 2)])
        with (
            self.assertLogs(progress.__name__, "WARNING") as logs,
            mute_logger("odoo.sql_db"),
        ):
            gone = psycopg2.OperationalError("no connection left")
            self.patch(progress, "Registry", mock.Mock(side_effect=gone))
            self.run_jobs()
        self.assertIn("could not be shown", logs.output[0])
        self.assertEqual(job.db_record().state, "done")

    # -- the end -----------------------------------------------------------------------

    def test_who_asked_is_told_of_the_end(self) -> None:
        for name, state, level, word in (
            ("engine", "done", "success", "done"),
            ("other", "failed", "danger", "engine is not other"),
        ):
            with (
                self.subTest(state=state),
                mute_logger("odoo.addons.queue_job.runtime.executor"),
            ):
                records = self.record.with_user(self.user).sudo()
                job = records.with_delay(
                    notify=True, description="My export"
                ).fail_unless_named(name)
                self.assertTrue(job.db_record().with_user(self.user).sudo().is_watched)
                self.run_jobs()
                self.assertEqual(job.db_record().state, state)
                (note,) = self.sent("simple_notification")
                self.assertEqual(note["type"], level)
                self.assertIn("My export", note["message"])
                self.assertIn(word, f"{note['title']} {note['message']}".lower())
                self.assertIn("My export", self.messages()[0])
                self.cr.execute("DELETE FROM bus_bus")

    def test_a_long_result_is_told_in_short(self) -> None:
        self.record.with_delay(notify=self.user).undescribed("word " * 10_000)
        self.run_jobs()
        (note,) = self.sent("simple_notification")
        self.assertLess(len(note["message"]), 400)
        self.assertLess(len(self.messages()[0]), 400)

    def test_told_once(self) -> None:
        job = self.record.with_delay(notify=self.user).append("!")
        self.run_jobs()
        self.run_jobs()
        self.assertEqual(len(self.sent("simple_notification")), 1)
        self.assertEqual(len(self.messages()), 1)
        self.assertFalse(job.db_record().with_user(self.user).sudo().is_watched)

    def test_a_button_asks_for_it_and_takes_it_back(self) -> None:
        job = self.record.with_delay(eta=3600).append("!")
        record = job.db_record().with_user(self.user).sudo()
        record.button_watch()
        self.assertTrue(record.is_watched)
        record.button_unwatch()
        self.assertFalse(record.is_watched)
        record.button_watch()
        record.button_cancelled()
        self.run_jobs()
        (note,) = self.sent("simple_notification")
        self.assertEqual((note["type"], note["sticky"]), ("warning", True))
        with self.assertRaisesRegex(UserError, "over already"):
            record.button_watch()

    def test_a_retry_is_not_the_end(self) -> None:
        job = self.record.with_delay(notify=self.user).succeed_at_attempt(2)
        self.run_jobs()
        self.assertEqual(self.sent("simple_notification"), [])
        self.hurry(job)
        self.run_jobs()
        self.assertEqual(len(self.sent("simple_notification")), 1)

    def test_an_active_twin_is_watched_instead(self) -> None:
        twin = self.record.with_delay(identity_key="twin").append("!")
        self.record.with_delay(identity_key="twin", notify=self.user).append("!")
        self.run_jobs()
        self.assertEqual(twin.db_record().state, "done")
        self.assertEqual(len(self.sent("simple_notification")), 1)

    def test_a_user_that_cannot_be_told_does_not_keep_others_waiting(self) -> None:
        admin = self.env.ref("base.user_admin")
        self.record.with_delay(notify=admin | self.user).append("!")
        jobs = type(self.env["queue.job"])
        original = jobs._notify_end

        def notify_end(job: Any, user: Any) -> None:
            if user != self.user:
                raise ValueError("no address")
            original(job, user)

        self.patch(jobs, "_notify_end", notify_end)
        with self.assertLogs(
            "odoo.addons.queue_job.models.queue_job_notice", "ERROR"
        ) as logs:
            self.run_jobs()
        self.assertEqual(len(logs.output), 1)
        self.assertEqual(len(self.sent("simple_notification")), 1)

    def test_jobs_run_although_nobody_can_be_told(self) -> None:
        def tell_news(_jobs: Any) -> None:
            raise ValueError("broken")

        self.patch(type(self.env["queue.job"]), "_tell_news", tell_news)
        jobs = [self.record.with_delay(notify=self.user).append("!") for _n in "ab"]
        with self.assertLogs("odoo.addons.queue_job.runtime.news", "ERROR") as logs:
            self.run_jobs()
        self.assertEqual([job.db_record().state for job in jobs], ["done", "done"])
        self.assertEqual(len(logs.output), 1)

    def test_what_names_no_users_is_refused(self) -> None:
        with self.assertRaisesRegex(TypeError, "res.users"):
            self.record.with_delay(notify=self.user.partner_id).echo()
