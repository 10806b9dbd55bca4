# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A month of 100,000 jobs a day: what stays flat, day by day.

    python tests/bench/queue_month.py [--quick] [--days N] [--jobs N] [--retention N]

Each day the database's clock goes on by a day; Odoo's vacuum cleaner runs as it does
every night, and autovacuum by itself; the day's jobs are stored as they are when they
are over, in all states, with their keys, graphs, attempts and messages; and some are
really run, by workers that live as long as the month. Done and cancelled jobs are kept
for --retention days, failed ones twice as long. Once jobs are deleted all figures
should stay what they are, and sizes once failed ones are: the last days are compared
with the first of these.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import Any, Final

import psutil
from component_support import Target, parser, report
from queue_history import (
    CHANNELS,
    add_day,
    keep_sample,
    let_autovacuum,
    start_clock,
    turn_clock,
)
from queue_running import tree_cpu
from queue_sides import Side, bench_server, make_sides

#: Days that are compared, at either end; one alone is at the mercy of the machine.
_COMPARED: Final = 3
#: What a figure may grow by.
_GROWTH: Final = 1.2
_PATIENCE: Final = 600  # seconds
_BYTES: Final = 1 << 20

_COUNTERS: Final = """
    SELECT sum(calls)::float8,
           (pg_current_wal_lsn() - '0/0'::pg_lsn)::float8,
           sum(shared_blks_hit + shared_blks_read) FILTER (
               WHERE query LIKE '%queue_job_claim(%')::float8
      FROM pg_stat_statements WHERE query NOT LIKE '%bench reader%' -- bench reader
"""
_SIZES: Final = """
    SELECT pg_table_size('queue_job')::float8, pg_indexes_size('queue_job')::float8,
           sum(pg_total_relation_size(oid))::float8
      FROM pg_class
     WHERE relkind = 'r' AND relname <> 'queue_job'
       AND (relname LIKE 'queue\\_job%' OR relname LIKE 'mail\\_%')
"""
_RUN: Final = """
    SELECT count(*),
           EXTRACT(EPOCH FROM max(date_done) - min(date_started))::float8
      FROM queue_job WHERE id > %s AND state = 'done' -- bench reader
"""


@dataclass(frozen=True)
class Day:
    """What a day came to."""

    number: int
    jobs_kept: int
    jobs_per_second: float
    #: Milliseconds from the commit of ``with_delay()`` to the first line, sorted.
    waits: list[float]
    statements: float
    wal_bytes: float
    claim_buffers: float
    odoo_ms: float
    postgres_ms: float
    heap_mb: float
    index_mb: float
    other_mb: float
    worker_mb: float
    pruned: int
    prune_seconds: float

    def cells(self) -> tuple[str, ...]:
        """Return the figures as the table shows them."""
        p50, p99 = statistics.median(self.waits), _p99(self.waits)
        return (
            *(str(self.number), str(self.jobs_kept), f"{self.jobs_per_second:.0f}"),
            *(f"{p50:.1f}", f"{p99:.1f}", f"{self.statements:.2f}"),
            *(f"{self.wal_bytes:.0f}", f"{self.claim_buffers:.1f}"),
            *(f"{self.odoo_ms:.2f}", f"{self.postgres_ms:.2f}", f"{self.heap_mb:.0f}"),
            *(f"{self.index_mb:.0f}", f"{self.other_mb:.0f}", f"{self.worker_mb:.0f}"),
            *(str(self.pruned), f"{self.prune_seconds:.1f}"),
        )


_HEADER: Final = (
    *("day", "jobs", "jobs/s", "p50 ms", "p99 ms", "statements", "WAL bytes"),
    *("claim buffers", "Odoo ms", "PG ms", "heap MB", "indexes MB", "others MB"),
    *("workers MB", "pruned", "prune s"),
)
#: Figures that must not grow -> how a day tells them.
_SPEED: Final[dict[str, Callable[[Day], float]]] = {
    "time of a job": lambda day: 1 / day.jobs_per_second,
    "statements a job": lambda day: day.statements,
    "WAL bytes a job": lambda day: day.wal_bytes,
    "buffers of claims a job": lambda day: day.claim_buffers,
    "CPU of Odoo a job": lambda day: day.odoo_ms,
    "CPU of PostgreSQL a job": lambda day: day.postgres_ms,
    "memory of the workers": lambda day: day.worker_mb,
}
#: The same, of what grows until as many jobs go as come.
_SIZE: Final[dict[str, Callable[[Day], float]]] = {
    "jobs kept": lambda day: day.jobs_kept,
    "heap": lambda day: day.heap_mb,
    "indexes": lambda day: day.index_mb,
    "other tables": lambda day: day.other_mb,
    "prune time a job": lambda day: day.prune_seconds / day.pruned,
}


class Month:
    """The days of one run."""

    def __init__(
        self, side: Side, args: argparse.Namespace, ask: Callable[..., Any]
    ) -> None:
        self._side = side
        self._args = args
        self._ask = ask
        self._cursor: Any = None
        self._workers: psutil.Process

    def run(self) -> list[Day]:
        """Let the days pass; each is printed on stderr when it is over."""
        days = []
        with closing(self._side.connect()) as connection:
            self._cursor = connection.cursor()
            self._prepare()
            # Not before: their plans and the clock are those of the whole month.
            with self._side.workers() as self._workers:
                for number in range(1, self._args.days + 1):
                    days.append(self._day(number))
                    print("  ".join(days[-1].cells()), file=sys.stderr, flush=True)
        return days

    def _prepare(self) -> None:
        start_clock(self._cursor, self._side.database)
        self._ask("add_channels", *sorted(set(CHANNELS) - {"root"}))
        self._ask("store", 1)
        keep_sample(self._cursor)
        self._cursor.execute(
            "UPDATE queue_job_channel SET removal_interval = %s,"
            " removal_interval_failed = %s WHERE complete_name = 'root'",
            (self._args.retention, 2 * self._args.retention),
        )
        self._cursor.execute(
            "UPDATE queue_job_channel SET removal_interval = %s"
            " WHERE complete_name <> 'root'",
            (self._args.retention,),
        )

    def _day(self, number: int) -> Day:
        self._cursor.execute("CHECKPOINT")
        turn_clock(self._cursor, number)
        before = self._count()
        prune_seconds = self._ask("clean")
        pruned = before - self._count()
        add_day(self._cursor, self._args.jobs - self._args.sample)
        let_autovacuum(self._cursor)
        waits = self._ask("latency", self._args.waits)
        cost = self._run_sample()
        self._cursor.execute(_SIZES)
        heap, index, other = (size / _BYTES for size in self._cursor.fetchone())
        return Day(
            number=number,
            jobs_kept=self._count(),
            waits=[1000 * wait for wait in waits],
            heap_mb=heap,
            index_mb=index,
            other_mb=other,
            worker_mb=_memory(self._workers),
            pruned=pruned,
            prune_seconds=prune_seconds,
            **cost,
        )

    def _run_sample(self) -> dict[str, float]:
        """Store jobs while nobody may take them; return what running them costs."""
        self._pause(True)
        self._cursor.execute("SELECT max(id) FROM queue_job")
        [last] = self._cursor.fetchone()
        self._ask("store_over", self._args.sample, *CHANNELS)
        began = self._counters()
        self._pause(False)
        deadline = time.monotonic() + _PATIENCE
        while True:
            self._cursor.execute(_RUN, (last,))
            done, seconds = self._cursor.fetchone()
            if done == self._args.sample:
                break
            if time.monotonic() > deadline:
                raise RuntimeError(f"{done} of the sample done after {_PATIENCE} s")
            time.sleep(0.1)
        figures = [
            (late - early) / done
            for early, late in zip(began, self._counters(), strict=True)
        ]
        names = ("statements", "wal_bytes", "claim_buffers", "odoo_ms", "postgres_ms")
        cost = dict(zip(names, figures, strict=True))
        return {"jobs_per_second": done / seconds, **cost}

    def _counters(self) -> list[float]:
        self._cursor.execute(_COUNTERS)
        counted = [value or 0 for value in self._cursor.fetchone()]
        postmaster = psutil.Process(self._cursor.connection.info.backend_pid).parent()
        ours = tree_cpu(psutil.Process(self._cursor.connection.info.backend_pid))
        postgres = tree_cpu(postmaster) - ours
        return [*counted, 1000 * tree_cpu(self._workers), 1000 * postgres]

    def _pause(self, paused: bool) -> None:
        self._cursor.execute(
            "UPDATE queue_job_channel SET paused = %s WHERE complete_name = 'root'",
            (paused,),
        )

    def _count(self) -> int:
        self._cursor.execute("SELECT count(*) FROM queue_job -- bench reader")
        return self._cursor.fetchone()[0]


def main() -> None:
    """Run the bench."""
    options = parser(__doc__)
    options.add_argument("--days", type=int, default=30)
    options.add_argument("--jobs", type=int, default=100_000, help="of a day")
    options.add_argument("--retention", type=int, default=7, help="days")
    options.add_argument("--sample", type=int, default=2000, help="jobs really run")
    options.add_argument("--waits", type=int, default=40, help="latencies of a day")
    options.add_argument("--workers", type=int, default=2)
    args = options.parse_args()
    if args.quick:
        args.days, args.jobs, args.retention = 9, 10_000, 3
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        # A day takes seconds here: autovacuum looks as often as it would in a minute.
        server = stack.enter_context(bench_server(autovacuum_naptime="1s"))
        print("... creating the database", file=sys.stderr, flush=True)
        sides = make_sides(server, folder, args.workers, ("ours",))
        side = stack.enter_context(sides)["ours"]
        ask = stack.enter_context(side.conversation())
        days = Month(side, args, ask).run()
    report(
        args,
        _HEADER,
        [day.cells() for day in days],
        _targets(days, args.retention),
    )


def _targets(days: list[Day], retention: int) -> list[Target]:
    """Compare the last days with the first after which nothing should grow.

    That is the first day on which jobs were deleted, and for sizes the first on which
    failed ones were, with all that is kept of them. Sizes of a month that is too short
    for this are not compared, nor is speed with anything but its first days.
    """
    deleting = [day for day in days if day.number > retention + 1] or days
    first, last = _ends(deleting)
    targets = [
        _flat(name, _median(read, last) / _median(read, first))
        for name, read in _SPEED.items()
    ]
    for name, read in (("p50", statistics.median), ("p99", _p99)):
        late, early = (
            read(sorted(wait for day in part for wait in day.waits))
            for part in (last, first)
        )
        targets.append(_flat(f"latency {name}", late / early))
    full = [day for day in days if day.number > 2 * retention + 1]
    if len(full) > 1:
        first, last = _ends(full)
        targets += [
            _flat(name, _median(read, last) / _median(read, first))
            for name, read in _SIZE.items()
        ]
    return targets


def _ends(days: list[Day]) -> tuple[list[Day], list[Day]]:
    """Return the days to compare at either end."""
    width = max(1, min(_COMPARED, len(days) // 2))
    return days[:width], days[-width:]


def _flat(name: str, ratio: float) -> Target:
    return Target(f"{name}, last days / first", ratio, "≤", _GROWTH)


def _median(read: Callable[[Day], float], days: list[Day]) -> float:
    return statistics.median(map(read, days))


def _p99(waits: list[float]) -> float:
    return waits[int(len(waits) * 0.99)]


def _memory(root: psutil.Process) -> float:
    """Return the MB that the processes have for themselves."""
    processes = [root, *root.children(recursive=True)]
    return sum(process.memory_full_info().uss for process in processes) / _BYTES


if __name__ == "__main__":
    main()
