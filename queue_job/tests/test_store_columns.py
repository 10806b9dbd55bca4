# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Other addons add fields to jobs, by any name.

In PL/pgSQL a variable of a function that has the name of a column is that column, or
an error: one field ``token`` of another addon, and no job would end.
"""

from __future__ import annotations

import re
from typing import Any

from odoo.sql_db import db_connect
from odoo.tests import tagged
from odoo.tools import SQL

from .store_common import StoreCase

#: Every table of PostgreSQL has these.
SYSTEM_COLUMNS = {"ctid", "tableoid", "oid", "xmin", "xmax", "cmin", "cmax"}


@tagged("post_install", "-at_install")
class TestForeignColumns(StoreCase):
    """Jobs have a column for each word that is written in the engine's functions."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        table = f"{cls.schema}.queue_job"
        with db_connect(cls.dbname).cursor() as cr:
            cr.execute(
                "SELECT concat_ws(' ', prosrc, array_to_string(proargnames, ' '))"
                "  FROM pg_proc WHERE pronamespace = %s::regnamespace",
                [cls.schema],
            )
            written = re.findall(r"\b[a-z][a-z_]*\b", str(cr.fetchall()))
            cr.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass",
                [table],
            )
            known = SYSTEM_COLUMNS.union(name for (name,) in cr.fetchall())
            columns = (
                SQL("ADD COLUMN %s text", SQL.identifier(word))
                for word in sorted(set(written) - known)
            )
            columns = SQL(", ").join(columns)
            cr.execute(
                SQL("ALTER TABLE %s %s", SQL.identifier(*table.split(".")), columns)
            )

    def setUp(self) -> None:
        super().setUp()
        self.me = self.worker()

    def only(self, query: str, *parameters: Any) -> Any:
        """Return the only value of the only row."""
        ((value,),) = self.sql(query, *parameters)
        return value

    def test_words_are_columns(self) -> None:
        self.sql("SELECT taken, token, job, jobs, outcome, parents FROM queue_job")

    def test_started_and_done(self) -> None:
        jobs = [self.job(), self.job()]
        self.assertEqual(self.ran(self.me), jobs)
        self.assertEqual({self.state(job) for job in jobs}, {"done"})

    def test_given_back(self) -> None:
        job = self.job()
        self.start(self.me)
        self.me.give_back()
        self.assertEqual(self.state(job), "pending")

    def test_abandoned(self) -> None:
        job = self.job()
        self.me.abandon(self.start(self.me))
        self.assertEqual(self.state(job), "pending")
        self.assertTrue(self.only("SELECT eta FROM queue_job WHERE id = %s", job))

    def test_alike_run_together(self) -> None:
        name = "<queue.job>._test_job"
        jobs = [self.job(channel_method_name=name) for _number in range(3)]
        claim = self.start(self.me)
        joined = self.me.join(claim, 5)
        self.assertEqual([other.job_id for other in joined], jobs[1:])
        ended = self.only(
            "SELECT queue_job_done_together(%s, %s, 'ok', NULL, 1.5)",
            jobs,
            [claim.attempt] * 3,
        )
        self.assertEqual(ended, 3)

    def test_asked_to_stop(self) -> None:
        self.job()
        claim = self.start(self.me)
        query = "SELECT queue_job_request_cancel(ARRAY[%s], 'enough')"
        self.assertEqual(self.only(query, claim.job_id), 1)
        self.assertEqual(self.me.cancel_requests([claim]), {claim: "enough"})

    def test_dead_worker(self) -> None:
        job = self.job()
        self.start(self.me)
        self.kill(self.me)
        self.control.rescue()
        self.assertEqual(self.state(job), "pending")
        self.assertEqual(self.only("SELECT retry FROM queue_job WHERE id = %s", job), 1)

    def test_children(self) -> None:
        child, skipped = (self.job(state="wait_dependencies") for _number in "ab")
        parent, failed = self.job(), self.job(state="failed")
        edge = "INSERT INTO queue_job_dependency VALUES (%s, %s, %s)"
        self.sql(f"{edge} RETURNING 1", parent, child, "wait")
        self.sql(f"{edge} RETURNING 1", failed, skipped, "skip")
        self.sql("INSERT INTO queue_job_outbox VALUES (%s) RETURNING 1", failed)
        self.ran(self.me)
        self.control.release()
        self.assertEqual((self.state(child), self.state(skipped)), ("pending", "done"))

    def test_channels_and_rates(self) -> None:
        job = self.job("root.a.b")
        self.configure("root:2,a.b:1")
        self.sql("SELECT queue_job_adopt()")
        self.assertEqual(self.claimed(self.me), [job])
        self.assertFalse(self.sql("SELECT * FROM queue_job_rates_of(ARRAY[%s])", job))
