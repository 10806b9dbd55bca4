# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The end of an attempt is kept only by the worker that owns the job."""

from __future__ import annotations

from datetime import timedelta

import psycopg2.errors

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..store.finish import LeaseLost, drop_lease, finish
from .store_common import StoreCase

DONE = {"state": "done", "result": "mine"}


@tagged("post_install", "-at_install")
class TestFence(StoreCase):
    def setUp(self) -> None:
        super().setUp()
        self.configure("root:9")
        self.job_id = self.job()
        self.claim = self.start(self.worker())

    def _lose_lease(self) -> None:
        self.sql("UPDATE queue_job SET attempt = NULL WHERE id = %s", self.job_id)

    def _row(self) -> tuple:
        [row] = self.sql(
            "SELECT state, result, date_done IS NOT NULL FROM queue_job WHERE id = %s",
            self.job_id,
        )
        return row

    def test_end_is_kept_with_what_the_job_did(self) -> None:
        with self.transaction() as cr:
            cr.execute("UPDATE queue_job_channel SET capacity = capacity")
            finish(cr, self.claim, DONE)
        self.assertEqual(self._row(), ("done", "mine", True))
        self.assertEqual(self.sql("SELECT job_id FROM queue_job_lease"), [])

    def test_lease_lost_before_the_snapshot(self) -> None:
        self._lose_lease()
        with self.transaction() as cr:
            with self.assertRaises(LeaseLost):
                finish(cr, self.claim, DONE)
            cr.rollback()
            with self.assertRaises(LeaseLost):
                drop_lease(cr, self.claim)
        self.assertEqual(self._row(), ("started", None, False))

    @mute_logger("odoo.sql_db")
    def test_lease_lost_after_the_snapshot(self) -> None:
        for end in (
            lambda cr: finish(cr, self.claim, DONE),
            lambda cr: drop_lease(cr, self.claim),
        ):
            with self.transaction() as cr:
                cr.execute("SELECT 1")  # takes the snapshot
                self._lose_lease()
                with self.assertRaises(psycopg2.errors.SerializationFailure):
                    end(cr)
                cr.rollback()
            self.assertEqual(self._row(), ("started", None, False))
            self.sql(
                "UPDATE queue_job SET attempt = %s WHERE id = %s",
                self.claim.attempt,
                self.job_id,
            )

    def test_job_given_to_another_attempt(self) -> None:
        self._lose_lease()
        self.sql("UPDATE queue_job SET state = 'pending' WHERE id = %s", self.job_id)
        second = self.start(self.worker())
        self.assertGreater(second.attempt, self.claim.attempt)
        with self.transaction() as cr, self.assertRaises(LeaseLost):
            finish(cr, self.claim, DONE)
        self.end(second, result="second")
        self.assertEqual(self._row(), ("done", "second", True))

    def test_requeued_by_hand_while_it_runs(self) -> None:
        """``UPDATE queue_job SET state = 'pending'`` is harmless."""
        rival = self.worker()
        self.sql(
            "UPDATE queue_job SET state = 'pending'"
            " WHERE state IN ('started', 'enqueued')"
        )
        self.assertEqual(self.claimed(rival), [], "the first attempt holds it")
        with self.transaction() as cr, self.assertRaises(LeaseLost):
            finish(cr, self.claim, DONE)
        # The worker rolls back and lets go, as the executor's caller does.
        self.control.abandon(self.claim)
        self.assertEqual(self.claimed(rival), [self.job_id])

    def test_cancelled_after_it_was_taken(self) -> None:
        self.sql("UPDATE queue_job SET state = 'cancelled' WHERE id = %s", self.job_id)
        with self.transaction() as cr, self.assertRaises(LeaseLost):
            finish(cr, self.claim, DONE)
        self.control.abandon(self.claim)
        self.assertEqual(self.state(self.job_id), "cancelled")
        self.assertEqual(self.sql("SELECT job_id FROM queue_job_lease"), [])

    def test_usual_end(self) -> None:
        with self.transaction() as cr:
            finish(cr, self.claim, {**DONE, "retry": 3, "exec_time": 0.5})
        self.assertEqual(self._row(), ("done", "mine", True))
        [row] = self.sql(
            "SELECT retry, exec_time, attempt, date_done - date_started"
            "  FROM queue_job WHERE id = %s",
            self.job_id,
        )
        self.assertEqual(row, (3, 0.5, None, timedelta(seconds=0.5)))

    def test_deleted_while_it_runs(self) -> None:
        self.sql("DELETE FROM queue_job WHERE id = %s", self.job_id)
        with self.transaction() as cr, self.assertRaises(LeaseLost):
            finish(cr, self.claim, DONE)
