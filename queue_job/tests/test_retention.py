# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How long jobs are kept, by channel, state and graph."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from odoo import fields, models
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..store import prune
from .model_common import JobRecordCase


@tagged("post_install", "-at_install")
class TestRetention(JobRecordCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.jobs = cls.env["queue.job"]
        cls.jobs.search([]).unlink()
        channels = cls.env["queue.job.channel"]
        cls.root = cls.env.ref("queue_job.channel_root")
        cls.child = channels._find_or_create("root.shop.orders")
        cls.shop = cls.child.parent_id

    def make_old(self, state: str, days: int, **vals: Any) -> models.BaseModel:
        date = fields.Datetime.now() - timedelta(days=days)
        stamp = "date_cancelled" if state == "cancelled" else "date_done"
        vals = {"channel": "root.shop.orders", stamp: date, **vals}
        return self.make_job(state, date_created=date, **vals)

    def is_kept(self, state: str, days: int, **vals: Any) -> bool:
        """Return whether a job of the channel outlives a sweep."""
        job = self.make_old(state, days, **vals)
        self.jobs._gc_old_jobs()
        return bool(job.exists())

    def test_failed_jobs_are_kept_for_ever_unless_somebody_says_a_time(self) -> None:
        self.assertTrue(self.is_kept("failed", 3000))
        self.shop.removal_interval_failed = 10
        self.assertTrue(self.is_kept("failed", 9))
        self.assertFalse(self.is_kept("failed", 11))

    def test_cancelled_jobs_are_kept_as_done_ones_unless_somebody_says(self) -> None:
        self.child.removal_interval = 5
        self.assertFalse(self.is_kept("cancelled", 6))
        self.root.removal_interval_cancelled = 10
        self.assertTrue(self.is_kept("cancelled", 6))
        self.assertFalse(self.is_kept("cancelled", 11))

    def test_channel_wins_over_its_ancestors(self) -> None:
        self.root.removal_interval_failed = 100
        self.shop.removal_interval_failed = 20
        self.child.removal_interval_failed = 3
        self.assertFalse(self.is_kept("failed", 4))
        self.assertTrue(self.is_kept("failed", 4, channel="root.shop"))
        self.assertTrue(self.is_kept("failed", 21, channel="root.other"))
        self.assertFalse(self.is_kept("failed", 101, channel="root.other"))
        self.child.removal_interval_failed = -1
        self.assertTrue(self.is_kept("failed", 3000))

    def test_impossible_numbers_are_refused(self) -> None:
        with self.assertRaisesRegex(ValidationError, "root.shop: .* not -2"):
            self.shop.removal_interval_failed = -2

    def test_graph_goes_when_all_of_it_is_over(self) -> None:
        done = self.make_old("done", 60, graph_uuid="g")
        waiting = self.make_old("wait_dependencies", 60, graph_uuid="g")
        alone = self.make_old("done", 60)
        self.jobs._gc_old_jobs()
        self.assertEqual((done | waiting | alone).exists(), done | waiting)
        waiting.write({"state": "cancelled"})
        self.jobs._gc_old_jobs()
        self.assertFalse((done | waiting).exists())

    def test_what_is_kept_is_looked_at_once_in_a_sweep(self) -> None:
        self.patch(prune, "BATCH_SIZE", 2)
        kept = [self.make_old("failed", 90 - number) for number in range(4)]
        gone = self.make_old("done", 50)
        self.assertEqual(self.jobs._gc_old_jobs(), (0, True))
        self.assertEqual(self.jobs._gc_old_jobs(), (0, True))
        self.assertEqual(self.jobs._gc_old_jobs(), (1, False))
        self.assertFalse(gone.exists())
        self.shop.removal_interval_failed = 10  # the next sweep begins at the oldest
        self.assertEqual(self.jobs._gc_old_jobs(), (2, True))
        self.assertFalse((kept[0] | kept[1]).exists())
