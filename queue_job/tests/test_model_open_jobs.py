# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from itertools import combinations

from odoo.tests import tagged

from ..core.states import JobState
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
