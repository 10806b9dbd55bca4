# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What running stored jobs takes, read from PostgreSQL and the processes."""

from __future__ import annotations

import time
from dataclasses import dataclass, fields
from typing import Any, Final

import psutil
from queue_sides import Side

PATIENCE: Final = 1800  # seconds

# One row of counters; the statements of this reader are not among them.
_COUNTERS: Final = """
    SELECT (SELECT sum(calls) FROM pg_stat_statements AS statement
              JOIN pg_database AS known ON known.oid = statement.dbid
             WHERE known.datname = current_database()
               AND statement.query NOT LIKE '%%bench reader%%'),
           (SELECT xact_commit + xact_rollback FROM pg_stat_database
             WHERE datname = current_database()),
           (SELECT wal_sync FROM pg_stat_wal),
           pg_current_wal_lsn() - '0/0'::pg_lsn,
           (SELECT n_tup_upd FROM pg_stat_user_tables WHERE relname = %s),
           (SELECT n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = %s)
        -- bench reader
"""
_LEFT: Final = """
    SELECT count(*) FROM {table} WHERE id > %s AND id <= %s AND state <> 'done'
        -- bench reader
"""
_SECONDS: Final = """
    SELECT EXTRACT(EPOCH FROM max(date_done) - min(date_started))::float8
      FROM {table} WHERE id > %s AND id <= %s -- bench reader
"""


@dataclass(frozen=True)
class Cost:
    """What one job took, on average."""

    jobs_per_second: float
    statements: float
    transactions: float
    fsyncs: float
    wal_bytes: float
    updates: float
    hot_updates: float
    odoo_ms: float
    postgres_ms: float

    def cells(self) -> list[str]:
        """Return the figures as a table shows them."""
        rate, *others = (getattr(self, field.name) for field in fields(self))
        return [f"{rate:.0f}", *(f"{value:.2f}" for value in others)]


def run_stored(side: Side, before: int, jobs: int) -> Cost:
    """Run the jobs stored after an id; return what each took.

    The rate is jobs over the time between the first start and the last end that the
    rows tell, so the start of the processes does not count.
    """
    connection = side.connect()
    ids = (before, before + jobs)
    with connection.cursor() as cursor:
        with side.workers() as process:
            first = (before, before + 1)
            _wait(cursor, _LEFT.format(table=side.table), first)
            counters, postgres = _counters(cursor, side), _postgres_cpu(connection)
            odoo = tree_cpu(process)
            left = _value(cursor, _LEFT.format(table=side.table), ids)
            _wait(cursor, _LEFT.format(table=side.table), ids)
            odoo = tree_cpu(process) - odoo
            postgres = _postgres_cpu(connection) - postgres
        # Backends tell their counts when they end, if not before.
        ended = _counters(cursor, side)
        seconds = _value(cursor, _SECONDS.format(table=side.table), ids)
    connection.close()
    counted = [
        (late - early) / max(1, left)
        for early, late in zip(counters, ended, strict=True)
    ]
    scale = 1000 / max(1, left)
    cpu = {"odoo_ms": odoo * scale, "postgres_ms": postgres * scale}
    return Cost(jobs / seconds, *counted, **cpu)


def _counters(cursor: Any, side: Side) -> list[float]:
    cursor.execute("SELECT pg_stat_force_next_flush(), pg_stat_clear_snapshot()")
    cursor.execute(_COUNTERS, (side.table, side.table))
    return [float(value or 0) for value in cursor.fetchone()]


def _value(cursor: Any, query: str, parameters: tuple[Any, ...]) -> Any:
    cursor.execute(query, parameters)
    return cursor.fetchone()[0]


def _wait(cursor: Any, query: str, parameters: tuple[Any, ...]) -> None:
    deadline = time.monotonic() + PATIENCE
    while _value(cursor, query, parameters):
        if time.monotonic() > deadline:
            raise RuntimeError(f"{query % parameters}: not over after {PATIENCE} s")
        time.sleep(0.1)


def tree_cpu(process: psutil.Process) -> float:
    """Return the seconds of CPU of a process and those below it."""
    total = 0.0
    for member in (process, *process.children(recursive=True)):
        times = member.cpu_times()
        total += times.user + times.system
    return total


def _postgres_cpu(connection: Any) -> float:
    postmaster = psutil.Process(connection.info.backend_pid).parent()
    times = postmaster.cpu_times()
    ended = times.children_user + times.children_system
    return ended + tree_cpu(postmaster)
