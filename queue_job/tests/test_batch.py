# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from datetime import timedelta
from typing import Any

from odoo import models
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..models.queue_job_batch import UPDATED_MESSAGE
from .model_common import JobRecordCase


@tagged("post_install", "-at_install")
class TestBatch(JobRecordCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.batches = cls.env["queue.job.batch"]
        cls.user = new_test_user(
            cls.env, "batch_user", "queue_job.group_queue_job_batch_user"
        )
        cls.batch = cls.batches.with_user(cls.user).get_new_batch("March").sudo()

    def delay(self, count: int) -> models.BaseModel:
        """Delay jobs of the batch; return their records."""
        partners = self.env["res.partner"].with_context(job_batch=self.batch)
        for _number in range(count):
            partners.with_delay().search_count([])
        return self.env["queue.job"].search([("job_batch_id", "=", self.batch.id)])

    def news(self) -> None:
        """Do what workers do every second."""
        self.env.flush_all()
        self.batches._tell_news()

    def finish(self, jobs: models.BaseModel, state: str = "done") -> None:
        """Let jobs end."""
        jobs.write({"state": state})
        self.env.flush_all()
        self.batch.invalidate_recordset()

    def counts(self) -> tuple[int, int, int]:
        self.batch.invalidate_recordset()
        batch = self.batch
        return batch.job_count, batch.finished_job_count, batch.failed_job_count

    def test_jobs_delayed_in_its_context_are_its_jobs(self) -> None:
        self.env["res.partner"].with_delay().search_count([])
        jobs = self.delay(3)
        self.assertEqual(len(jobs), 3)
        self.assertEqual(self.batch.job_ids, jobs)
        self.assertEqual(self.counts(), (3, 0, 0))

    def test_jobs_of_a_graph_as_well(self) -> None:
        partners = self.partners.with_context(job_batch=self.batch)
        partners.delayable().search_count([]).split(1).delay()
        self.assertEqual(self.counts(), (2, 0, 0))

    def test_states(self) -> None:
        self.assertEqual(self.batch.state, "pending")
        jobs = self.delay(3)
        self.news()
        self.assertEqual(self.batch.state, "enqueued")
        self.finish(jobs[0])
        self.news()
        self.assertEqual(self.batch.state, "progress")
        self.finish(jobs[1], "cancelled")
        self.finish(jobs[2], "failed")
        self.news()
        self.assertEqual(self.batch.state, "finished")
        self.assertEqual(self.counts(), (3, 2, 1))
        self.assertAlmostEqual(self.batch.completeness, 2 / 3)
        self.assertAlmostEqual(self.batch.failed_percentage, 1 / 3)
        self.batch.requeue_failed_jobs()
        self.news()
        self.assertEqual(self.batch.state, "progress")
        self.assertFalse(self.batch.date_finished)
        self.assertEqual(self.counts(), (3, 2, 0))

    def test_counts_are_the_same_before_they_are_added_up(self) -> None:
        jobs = self.delay(4)
        self.finish(jobs[:2])
        before = self.counts()
        self.news()
        self.assertEqual(self.counts(), before)
        self.env.cr.execute("SELECT count(*) FROM queue_job_batch_change")
        self.assertEqual(self.env.cr.fetchone(), (0,))
        self.finish(jobs[2:])
        self.assertEqual(self.counts(), (4, 4, 0))

    def test_the_state_can_be_asked_for(self) -> None:
        self.finish(self.delay(1))
        self.batch.check_state()
        self.assertEqual(self.batch.state, "finished")

    def test_deleted_jobs(self) -> None:
        jobs = self.delay(3)
        self.finish(jobs[0])
        jobs[:2].unlink()
        self.assertEqual(self.counts(), (2, 1, 0), "pruned ones count on")

    def told(self) -> list[tuple[str, dict[str, Any]]]:
        """Return what was sent to the user."""
        sent = []
        self.patch(
            type(self.env["res.users"]),
            "_bus_send",
            lambda user, kind, message, **_options: sent.append((kind, message)),
        )
        return sent

    def test_its_user_is_told_once_when_all_are_over(self) -> None:
        sent = self.told()
        jobs = self.delay(2)
        self.finish(jobs[0])
        self.news()
        self.assertEqual([kind for kind, _message in sent], [UPDATED_MESSAGE])
        self.assertEqual(sent[0][1]["finished_job_count"], 1)
        self.finish(jobs[1], "failed")
        self.news()
        self.news()
        (told,) = (text for kind, text in sent if kind == "simple_notification")
        self.assertIn("March", told["title"])
        self.assertIn("1 of 2", told["message"])
        message = self.env["mail.message"].search(
            [("model", "=", "queue.job.batch"), ("res_id", "=", self.batch.id)]
        )
        self.assertIn("March", message.subject)
        self.assertIn(self.user.partner_id, message.notified_partner_ids)

    def test_a_batch_is_read_once_its_user_says_so(self) -> None:
        self.finish(self.delay(1))
        self.news()
        self.assertFalse(self.batch.is_read)
        self.batch.with_user(self.user).set_read()
        self.assertTrue(self.batch.is_read)

    def test_who_sees_which(self) -> None:
        other = new_test_user(self.env, "other", "queue_job.group_queue_job_batch_user")
        plain = new_test_user(self.env, "plain", "base.group_user")
        manager = new_test_user(self.env, "boss", "queue_job.group_queue_job_manager")
        self.assertEqual(self.batches.with_user(self.user).search([]), self.batch)
        self.assertFalse(self.batches.with_user(other).search([]))
        self.assertIn(self.batch, self.batches.with_user(manager).search([]))
        with self.assertRaises(AccessError):
            self.batches.with_user(plain).search([])
        with self.assertRaises(AccessError):
            self.batch.with_user(other).set_read()
        for user in (self.user, manager):
            with self.assertRaises(AccessError):
                self.batch.with_user(user).write({"name": "April"})
            with self.assertRaises(AccessError):
                self.batches.with_user(user).create({"name": "April"})

    def test_the_batch_of_a_job_cannot_be_changed(self) -> None:
        job = self.delay(1)
        with self.assertRaises(AccessError):
            job.write({"job_batch_id": False})

    def test_old_batches_go_after_their_jobs(self) -> None:
        jobs = self.delay(1)
        self.finish(jobs)
        self.news()
        self.batches._gc_batches()
        self.batch.date_finished -= timedelta(days=1000)
        self.batches._gc_batches()
        self.assertTrue(self.batch.exists())
        jobs.unlink()
        self.batches._gc_batches()
        self.assertFalse(self.batch.exists())
        self.env.cr.execute(
            "SELECT count(*) FROM queue_job_batch_count WHERE batch_id = %s",
            [self.batch.id],
        )
        self.assertEqual(self.env.cr.fetchone(), (0,))
