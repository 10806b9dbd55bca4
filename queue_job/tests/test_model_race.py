# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Buttons against workers and against each other: two cursors that commit."""

from __future__ import annotations

import psycopg2.errors

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..core.states import JobEvent
from ..store import transitions
from .store_common import StoreCase


@tagged("post_install", "-at_install")
class TestButtonRaces(StoreCase):
    def press(self, event: JobEvent, *job_ids: int) -> list[int]:
        """Press a button in a transaction of its own."""
        with self.transaction() as cr:
            return transitions.apply(cr, event, job_ids, "by a user")

    def parents_and_child(self) -> tuple[int, int, int]:
        first, second = self.job(), self.job()
        child = self.job(state="wait_dependencies")
        for parent in first, second:
            self.sql("INSERT INTO queue_job_dependency VALUES (%s, %s)", parent, child)
        return first, second, child

    @mute_logger("odoo.sql_db")
    def test_a_job_that_a_worker_began_meanwhile_is_not_overwritten(self) -> None:
        job = self.job()
        worker = self.worker()
        with self.transaction() as cr:
            cr.execute("SELECT state FROM queue_job")  # the list the user looks at
            self.start(worker)
            # Odoo repeats the request, which then skips the job.
            with self.assertRaises(psycopg2.errors.SerializationFailure):
                transitions.apply(cr, JobEvent.CANCEL, [job], "by a user")
            cr.rollback()
        self.assertEqual(self.press(JobEvent.CANCEL, job), [])
        self.assertEqual(self.state(job), "started")

    def test_a_requeued_job_is_run_again_once(self) -> None:
        job = self.job()
        worker = self.worker()
        self.end(self.start(worker), "failed")
        self.assertEqual(self.claimed(worker), [])
        self.press(JobEvent.REQUEUE, job)
        self.assertEqual(self.press(JobEvent.REQUEUE, job), [])
        self.assertEqual(self.claimed(worker), [job])
        self.assertEqual(self.claimed(self.worker()), [])

    def test_the_last_two_parents_set_done_at_once_release_the_child(self) -> None:
        first, second, child = self.parents_and_child()
        with self.transaction() as one, self.transaction() as other:
            transitions.apply(one, JobEvent.SET_DONE, [first])
            transitions.apply(other, JobEvent.SET_DONE, [second])
        # Neither saw the other; the leader looks after both have committed.
        self.control.release()
        self.assertEqual(self.state(child), "pending")
        self.assertEqual(self.claimed(self.worker()), [child])

    def test_a_parent_set_done_while_a_worker_ends_the_other(self) -> None:
        first, second, child = self.parents_and_child()
        worker = self.worker()
        claim = self.start(worker)
        other = second if claim.job_id == first else first
        with self.transaction() as cr:
            transitions.apply(cr, JobEvent.SET_DONE, [other])
            self.end(claim)
        self.control.release()
        self.assertEqual(self.state(child), "pending")

    def test_what_was_cancelled_with_a_parent_is_not_released_by_another(self) -> None:
        first, second, child = self.parents_and_child()
        self.press(JobEvent.CANCEL, first)
        self.assertEqual(self.state(child), "cancelled")
        self.press(JobEvent.SET_DONE, second)
        self.control.release()
        self.assertEqual(self.state(child), "cancelled")
        self.assertEqual(self.claimed(self.worker()), [])
