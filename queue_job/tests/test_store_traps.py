# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Traps of PostgreSQL that queues fall into, each with the cursors it takes."""

from __future__ import annotations

from typing import Any

import psycopg2.errors

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..store.control import NOTIFY_CHANNEL, Control
from ..store.finish import finish
from .store_common import StoreCase

DONE = {"state": "done", "result": "mine"}


@tagged("post_install", "-at_install")
class TestTraps(StoreCase):
    def setUp(self) -> None:
        super().setUp()
        self.configure("root:9")

    def test_request_to_cancel_does_not_spoil_the_end(self) -> None:
        """What is written while a job runs is not on a row that its end writes."""
        job = self.job()
        claim = self.start(self.worker())
        with self.transaction() as cr:
            cr.execute("SELECT 1")  # takes the snapshot
            self.sql("SELECT queue_job_request_cancel(ARRAY[%s], 'too late')", job)
            finish(cr, claim, DONE)
        self.assertEqual(self.state(job), "done")

    @mute_logger("odoo.sql_db")
    def test_write_on_the_job_row_would_spoil_it(self) -> None:
        """Why nothing of the engine writes there meanwhile."""
        job = self.job()
        claim = self.start(self.worker())
        with self.transaction() as cr:
            cr.execute("SELECT 1")
            self.sql("UPDATE queue_job SET name = 'heartbeat' WHERE id = %s", job)
            with self.assertRaises(psycopg2.errors.SerializationFailure):
                finish(cr, claim, DONE)
            cr.rollback()
        self.assertEqual(self.state(job), "started")

    def test_life_of_a_job_notifies_nobody(self) -> None:
        """NOTIFY takes a lock of the whole instance at commit."""
        worker = self.worker()
        self.job()
        listener = self.connect()
        self.drop_notifications(listener)
        claim = self.start(worker)
        self.end(claim)
        self.assertEqual(self.notifications(listener), 0)

    def test_many_jobs_wake_once(self) -> None:
        self.worker()  # idle, as it has no job
        listener = self.connect()
        self.drop_notifications(listener)
        with self.transaction() as cr:
            for _number in range(50):
                cr.execute(
                    "INSERT INTO queue_job (uuid, state, channel)"
                    " VALUES (gen_random_uuid(), 'pending', 'root')"
                )
                cr.execute("SELECT queue_job_wake()")
        self.assertEqual(self.notifications(listener), 1)

    def test_busy_workers_are_not_woken(self) -> None:
        self.job()
        self.start(self.worker())
        listener = self.connect()
        self.drop_notifications(listener)
        self.sql("SELECT queue_job_wake()")
        self.assertEqual(self.notifications(listener), 0)

    def test_start_and_end_are_hot_updates(self) -> None:
        """No index names a column that changes, and pages have room."""
        worker = self.worker()
        self.job()
        worker._execute("BEGIN")
        [claim] = worker.claim(1)
        self.assert_hot(worker._cursor)
        worker._execute("COMMIT")
        with self.transaction() as cr:
            finish(cr, claim, DONE)
            self.assert_hot(cr)

    def test_claim_waits_for_a_lock_only_so_long(self) -> None:
        """Behind a lock it would look alive and serve nobody."""
        [(timeout,)] = self.worker()._execute("SHOW lock_timeout")
        self.assertEqual(timeout, "5s")

    def test_claims_use_the_clock_not_the_start_of_the_transaction(self) -> None:
        worker = self.worker()
        worker._execute("BEGIN")
        worker._execute("SELECT now()")
        self.job()
        self.sql("UPDATE queue_job SET eta = clock_timestamp() AT TIME ZONE 'UTC'")
        self.assertEqual(len(worker.claim(1)), 1)
        worker._execute("COMMIT")

    # -- steps --

    def drop_notifications(self, listener: Control) -> None:
        """Listen from now on."""
        listener._execute(f"LISTEN {NOTIFY_CHANNEL}")
        self.notifications(listener)

    def notifications(self, listener: Control) -> int:
        """Return how many came since; those of a commit are there when it returns."""
        listener._execute("SELECT 1")
        connection = listener._connection
        connection.poll()
        count = len(connection.notifies)
        connection.notifies.clear()
        return count

    def assert_hot(self, cr: Any) -> None:
        """Assert that this connection updated jobs, and no index for it."""
        cr.execute(
            "SELECT pg_stat_get_xact_tuples_updated(job.oid),"
            "       pg_stat_get_xact_tuples_hot_updated(job.oid)"
            "  FROM pg_class AS job WHERE job.oid = 'queue_job'::regclass"
        )
        updated, hot = cr.fetchone()
        self.assertGreater(updated, 0)
        self.assertEqual(hot, updated)
