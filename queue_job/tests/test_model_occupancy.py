# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from datetime import timedelta
from typing import Any

from odoo import fields, models
from odoo.tests import Form, new_test_user, tagged

from .model_common import JobRecordCase


@tagged("post_install", "-at_install")
class TestOccupancy(JobRecordCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.env["queue.job"].search([]).unlink()
        channels = cls.env["queue.job.channel"]
        cls.shop = channels._find_or_create("root.shop")
        cls.orders = channels._find_or_create("root.shop.orders")
        cls.mail = channels._find_or_create("root.mail")

    def counts(self, channel: models.BaseModel) -> tuple[int, int, int]:
        self.env.invalidate_all()
        return channel.running_count, channel.waiting_count, channel.scheduled_count

    def test_jobs_count_for_their_channel_and_those_above(self) -> None:
        later = fields.Datetime.now() + timedelta(hours=1)
        self.make_job(channel="root.shop.orders")
        self.make_job(channel="root.shop.orders", eta=later)
        self.make_job(channel="root.shop.unknown")
        self.make_job("done", channel="root.shop")
        self.assertEqual(self.counts(self.orders), (0, 1, 1))
        self.assertEqual(self.counts(self.shop), (0, 2, 1))
        self.assertEqual(self.counts(self.mail), (0, 0, 0))
        root = self.env.ref("queue_job.channel_root")
        self.assertEqual(self.counts(root), (0, 2, 1))

    def test_a_worker_counts_once_however_much_it_took_ahead(self) -> None:
        jobs = [self.make_job(channel="root.shop.orders") for _index in range(4)]
        self.env.flush_all()
        self.take(1, *jobs[:2])
        self.take(2, jobs[2])
        self.assertEqual(self.counts(self.orders), (2, 1, 0))
        self.assertEqual(self.counts(self.shop), (2, 1, 0))

    def test_the_configuration_file_is_shown_where_it_wins(self) -> None:
        self.env.cr.execute(
            """
            INSERT INTO queue_job_lane_override
            VALUES ('root.shop', 3, false, 2, true),
                   ('root.mail', NULL, false, 0, false)
            """
        )
        self.env.invalidate_all()
        self.assertEqual(self.shop.override, "capacity 3, 2 s between starts, paused")
        self.assertEqual(self.mail.override, "no limit")
        self.assertFalse(self.orders.override)


@tagged("post_install", "-at_install")
class TestDeadWorkers(JobRecordCase):
    def dead_worker_s_job(self, **vals: Any) -> models.BaseModel:
        """Return a started job whose worker holds no lock, that is, is dead."""
        job = self.make_job("pending", **vals)
        worker = self.env["queue.job.worker"].create({"name": "dead-worker"})
        self.env.flush_all()
        self.take(worker.id, job)
        job.state = "started"
        self.env.flush_all()
        return job

    def test_legacy_cron_puts_back_jobs_of_dead_workers(self) -> None:
        alive, job = self.make_job("started"), self.dead_worker_s_job()
        self.env["queue.job"].requeue_stuck_jobs()
        self.assertEqual((job.state, job.retry), ("pending", 1))
        self.assertEqual(job.exc_name, "JobFoundDead")
        self.assertEqual(alive.state, "started")

    def test_the_last_attempt_fails_and_is_told(self) -> None:
        new_test_user(self.env, "dead_manager", "queue_job.group_queue_job_manager")
        job = self.dead_worker_s_job(max_retries=1)
        self.env["queue.job"].requeue_stuck_jobs()
        self.assertEqual(job.state, "failed")
        self.assertTrue(job.message_ids)


@tagged("post_install", "-at_install")
class TestSettings(JobRecordCase):
    def test_settings_write_the_root_channel(self) -> None:
        root = self.env.ref("queue_job.channel_root")
        root.write({"capacity": 3, "removal_interval": 9})
        with Form(self.env["res.config.settings"]) as form:
            self.assertEqual(form.queue_job_capacity, 3)
            self.assertEqual(form.queue_job_removal_interval, 9)
            form.queue_job_capacity = 8
            form.queue_job_removal_interval = 12
        form.record.execute()
        self.assertEqual((root.capacity, root.removal_interval), (8, 12))
