# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from datetime import timedelta
from itertools import combinations
from typing import Any

from odoo import fields
from odoo.tests import tagged

from ..core.states import JobState
from ..models import queue_job_newest
from ..store import open_jobs
from .model_common import JobRecordCase

ALL = tuple(state.value for state in JobState)


@tagged("post_install", "-at_install")
class TestSearchByState(JobRecordCase):
    """A search by state starts from small tables, and must find what is there."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.env["queue.job"].search([]).unlink()

    def parked(self) -> set[int]:
        self.env.cr.execute("SELECT job_id FROM queue_job_parked")
        return {job_id for (job_id,) in self.env.cr.fetchall()}

    def assert_searches_are_exact(self) -> None:
        self.env.flush_all()
        self.env.cr.execute("SELECT state, id FROM queue_job")
        rows = self.env.cr.fetchall()
        for size in (1, 2, len(ALL)):
            for states in combinations(ALL, size):
                expected = {job_id for state, job_id in rows if state in states}
                for domain in (
                    [("state", "in", states)],
                    ["!", ("state", "not in", states)],
                ):
                    found = self.env["queue.job"].search(domain)
                    self.assertEqual(set(found.ids), expected, domain)

    def test_new_jobs(self) -> None:
        for state in ALL:
            self.make_job(state)
        self.assert_searches_are_exact()

    def test_every_change_of_state(self) -> None:
        for before in ALL:
            for after in ALL:
                self.make_job(before).state = after
        self.assert_searches_are_exact()

    def test_changes_by_hand(self) -> None:
        for before in ALL:
            for after in ALL:
                job = self.make_job(before)
                self.env.flush_all()
                self.env.cr.execute(
                    "UPDATE queue_job SET state = %s WHERE id = %s", [after, job.id]
                )
        self.assert_searches_are_exact()

    def test_buttons(self) -> None:
        for button in ("requeue", "button_done", "button_cancelled"):
            for state in ALL:
                getattr(self.make_job(state), button)()
        self.assert_searches_are_exact()

    def test_jobs_that_a_worker_took(self) -> None:
        job = self.make_job()
        self.take(1, job)
        self.assert_searches_are_exact()
        job.state = "started"
        self.assert_searches_are_exact()
        self.assertNotIn(job.id, self.parked())

    def test_a_job_that_just_runs_is_never_parked(self) -> None:
        job = self.make_job()
        self.env.flush_all()
        self.assertFalse(self.parked())
        job.state = "done"
        self.env.flush_all()
        self.assertFalse(self.parked())

    def test_nothing_is_left_of_deleted_jobs(self) -> None:
        jobs = self.make_job("failed") | self.make_job("started")
        self.env.flush_all()
        self.assertEqual(self.parked(), set(jobs.ids))
        jobs.unlink()
        self.assertFalse(self.parked())

    def test_the_table_of_jobs_is_not_read_for_a_rare_state(self) -> None:
        self.make_job("failed")
        self.env.flush_all()
        query = self.env["queue.job"]._search([("state", "=", "failed")])
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        self.env.cr.execute("EXPLAIN " + query.select().code, query.select().params)
        plan = "\n".join(row[0] for row in self.env.cr.fetchall())
        self.assertIn("queue_job_parked", plan)
        self.assertIn("queue_job_pkey", plan)

    def test_large_tables_are_no_short_cut(self) -> None:
        self.make_job("failed")
        self.env.flush_all()
        self.assertIsNotNone(open_jobs.narrow(self.env.cr, ["failed"]))
        self.assertIsNone(open_jobs.narrow(self.env.cr, ["failed", "done"]))
        self.assertIsNone(open_jobs.narrow(self.env.cr, []))
        self.patch(open_jobs, "_SMALL", 0)
        self.assertIsNone(open_jobs.narrow(self.env.cr, ["failed"]))
        self.assert_searches_are_exact()


@tagged("post_install", "-at_install")
class TestPages(JobRecordCase):
    """A page of a list is looked for among the newest jobs, and must be the same."""

    ORDER = "date_created DESC, id DESC"

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.env["queue.job"].search([]).unlink()

    def setUp(self) -> None:
        super().setUp()
        self.patch(queue_job_newest, "_CANDIDATES", 1)
        start = fields.Datetime.now()
        # Neither by date nor by state in the order of their ids.
        for number in range(24):
            self.make_job(
                ALL[number % len(ALL)],
                priority=number % 3,
                date_created=start - timedelta(minutes=number * 5 % 7),
            )
        self.env.flush_all()

    def assert_page(self, domain: list[Any], offset: int = 0, limit: int = 4) -> None:
        jobs = self.env["queue.job"]
        everything = jobs.search(domain, order=self.ORDER)
        page = jobs.search(domain, offset=offset, limit=limit, order=self.ORDER)
        self.assertEqual(page, everything[offset : offset + limit], domain)

    def test_pages_are_those_of_all_jobs(self) -> None:
        for states in (("failed",), ("pending", "failed"), ALL[:5], ALL):
            of_states = [("state", "in", states)]
            for domain in (
                of_states,
                [*of_states, ("priority", "=", 1)],
                [*of_states, ("state", "in", ("failed", "started", "pending"))],
                ["|", ("priority", "=", 2), *of_states],
                ["!", *of_states],
                ["&", ("priority", "<", 2), "!", *of_states],
            ):
                for offset in (0, 1, 3, 8):
                    self.assert_page(domain, offset)

    def test_a_full_page_reads_only_the_newest(self) -> None:
        jobs = self.env["queue.job"]
        domain = [("state", "in", ("pending", "failed"))]
        query = jobs._search(domain, limit=3, order=self.ORDER)
        self.assertNotIn("queue_job_parked", query.select().code)
        for other in (
            jobs._search(domain, limit=8, order=self.ORDER),
            jobs._search(domain, limit=3, order="priority, id"),
            jobs._search(domain, order=self.ORDER),
        ):
            self.assertNotIn("created DESC", other.select().code.split("ORDER")[0])
            self.assertIn("queue_job_parked", other.select().code)
