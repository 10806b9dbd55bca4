# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the engine's statements read does not grow with what is stored.

Whatever plans PostgreSQL chose inside the functions: it counts what they read.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from odoo.tests import tagged

from ..store.finish import finish
from .store_common import StoreCase

STORED = 5_000  # of each kind
#: Rows and index entries; a claim of ten looks at some for each of four lanes.
FEW = 400


@tagged("post_install", "-at_install")
class TestCost(StoreCase):
    def setUp(self) -> None:
        super().setUp()
        # Dead rows of the test before would be read as well.
        self.sql(
            "TRUNCATE queue_job, queue_job_ready, queue_job_parked, queue_job_identity,"
            " queue_job_rated, queue_job_rate CASCADE"
        )
        self.configure("root:9,a:2,seq:1:sequential,slow:3:throttle=1,shut:1:paused")
        for state, channel, eta in (
            ("done", "root", None),
            ("failed", "root.a", None),
            ("pending", "root", None),
            ("pending", "root.a", "1 day"),
            ("pending", "root.seq", None),
            ("pending", "root.shut", None),
            ("wait_dependencies", "root.slow", None),
        ):
            self.sql(
                "INSERT INTO queue_job"
                " (uuid, state, channel, eta, priority, max_retries, date_created,"
                "  identity_key)"
                " SELECT gen_random_uuid(), %s, %s, now() AT TIME ZONE 'UTC'"
                "        + %s::interval, 10, 5, now() AT TIME ZONE 'UTC',"
                "        gen_random_uuid()"
                "   FROM generate_series(1, %s)",
                *(state, channel, eta, STORED),
            )
        # Of the other tables nothing is known yet, as on the first day.
        self.sql("ANALYZE queue_job_ready")
        self.me = self.worker()

    def read(self, cr: Any) -> dict[str, tuple[int, int]]:
        """Return the scans and the rows read of the big tables, by this connection."""
        cr.execute(
            "SELECT big.relname, pg_stat_get_xact_numscans(big.oid),"
            "       pg_stat_get_xact_tuples_returned(big.oid)"
            "       + pg_stat_get_xact_tuples_fetched(big.oid)"
            "       + (SELECT COALESCE("
            "                     sum(pg_stat_get_xact_tuples_returned(indexrelid)), 0)"
            "            FROM pg_index WHERE indrelid = big.oid)::int"
            "  FROM pg_class AS big"
            " WHERE big.oid IN ('queue_job'::regclass, 'queue_job_ready'::regclass,"
            "                   'queue_job_parked'::regclass,"
            "                   'queue_job_identity'::regclass,"
            "                   'queue_job_rated'::regclass)"
        )
        return {name: (scans, rows) for name, scans, rows in cr.fetchall()}

    def assert_reads_few(self, cr: Any, action: Callable[[], Any]) -> Any:
        """Call the action, which uses this connection, inside a transaction."""
        before = self.read(cr)
        result = action()
        for table, (scans, rows) in self.read(cr).items():
            self.assertEqual(scans, before[table][0], f"{table} is scanned")
            self.assertLessEqual(rows - before[table][1], FEW, f"rows of {table}")
        return result

    def call(self, action: Callable[[], Any]) -> Any:
        """Call what this worker calls, and look at what it read."""
        self.me._execute("BEGIN")
        try:
            return self.assert_reads_few(self.me._cursor, action)
        finally:
            self.me._execute("COMMIT")

    def test_life_of_jobs(self) -> None:
        claims = self.call(lambda: self.me.claim(10))
        self.assertEqual(len(claims), 10)
        done, failed, retried, cut, *_others = claims
        with self.transaction() as cr:
            for claim, state in (
                (done, "done"),
                (failed, "failed"),
                (retried, "pending"),
            ):
                self.assert_reads_few(
                    cr, lambda c=claim, s=state: finish(cr, c, {"state": s})
                )
        self.call(lambda: self.me.abandon(cut))
        self.call(lambda: self.me.give_back())
        self.call(lambda: self.me.cancel_requests(claims))

    def test_storing_and_deleting(self) -> None:
        with self.transaction() as cr:
            self.assert_reads_few(
                cr,
                lambda: cr.execute(
                    "INSERT INTO queue_job (uuid, state, channel, identity_key)"
                    " VALUES ('one', 'pending', 'root', 'one')"
                ),
            )
            self.assert_reads_few(
                cr, lambda: cr.execute("DELETE FROM queue_job WHERE uuid = 'one'")
            )

    def test_line_of_a_rate(self) -> None:
        self.addCleanup(self.sql, "DELETE FROM queue_job_function WHERE name = 'rated'")
        self.sql(
            "INSERT INTO queue_job_function"
            " (name, channel_id, rate_limit, rate_period, rate_burst)"
            " SELECT 'rated', id, 1, 3600, 1 FROM queue_job_channel WHERE name = 'root'"
        )
        self.sql(
            "INSERT INTO queue_job (uuid, state, channel, eta, priority, max_retries,"
            "                       date_created, channel_method_name)"
            " SELECT gen_random_uuid(), 'pending', 'root', queue_job_in_line(), 1, 5,"
            "        now() AT TIME ZONE 'UTC', 'rated'"
            "   FROM generate_series(1, %s)",
            STORED,
        )
        self.sql(
            "INSERT INTO queue_job_rated"
            " SELECT job_id, 'rated ', priority, created, 3600, 1"
            "   FROM queue_job_ready WHERE eta = queue_job_in_line()"
        )
        move = partial(self.me._execute, "SELECT queue_job_move_lines()")
        self.call(move)
        for _token in range(3):
            self.sql("UPDATE queue_job_rate SET due = due - interval '1 hour'")
            self.sql(
                "UPDATE queue_job_ready SET eta = now() AT TIME ZONE 'UTC'"
                " WHERE job_id = ANY (ARRAY("
                "     SELECT job_id FROM queue_job_rated WHERE is_next))"
            )
            # The jobs without a rate come after it.
            first, *_others = self.call(lambda: self.me.claim(10))
            self.end(first)
            self.call(move)
        left = self.sql("SELECT count(*) FROM queue_job_rated")
        self.assertEqual(left, [(STORED - 3,)])

    def test_duties_of_the_leader(self) -> None:
        dead = self.worker()
        dead.claim(3)
        self.kill(dead)
        rescued = self.call(lambda: self.me.rescue())
        self.assertEqual(len(rescued), 1)
        self.call(lambda: self.me.release())

    def test_release_of_children(self) -> None:
        [claim] = self.me.claim(1)
        child = self.job("root", state="wait_dependencies")
        self.sql(
            "INSERT INTO queue_job_dependency VALUES (%s, %s)", claim.job_id, child
        )
        self.end(claim)
        self.assertEqual(self.call(lambda: self.me.release()), 1)

    def test_what_idle_workers_ask(self) -> None:
        self.call(lambda: self.me.next_due())
        self.call(lambda: self.me.is_served())
        self.call(lambda: self.me._execute("SELECT queue_job_wake()"))

    def test_claim_that_finds_nothing(self) -> None:
        self.configure("root:9:paused,a:2,seq:1:sequential,slow:3")
        self.assertEqual(self.call(lambda: self.me.claim(10)), [])


@tagged("post_install", "-at_install")
class TestCostOfABurst(TestCost):
    """The same, when all PostgreSQL knows of the small tables is how empty they were.

    Autovacuum looks at them once a minute at most; until then a plan may take a hundred
    thousand rows for one, and read all of them instead of a few.
    """

    allow_inherited_tests_method = True

    def setUp(self) -> None:
        super().setUp()
        for table in ("queue_job_ready", "queue_job_identity", "queue_job_parked"):
            self.sql(f"CREATE TABLE burst AS SELECT * FROM {table}")
            self.sql(
                f"DELETE FROM {table} WHERE job_id < (SELECT max(job_id) FROM {table})"
            )
            self.sql(f"VACUUM ANALYZE {table}")
            self.sql(f"INSERT INTO {table} SELECT * FROM burst ON CONFLICT DO NOTHING")
            self.sql("DROP TABLE burst")
        # Nor had jobs any keys.
        self.sql("UPDATE queue_job SET identity_key = NULL")
        self.sql("VACUUM ANALYZE queue_job")
        self.sql("UPDATE queue_job SET identity_key = gen_random_uuid()")
