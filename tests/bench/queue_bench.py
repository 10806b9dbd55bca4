# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The job queue: this engine, OCA's, and the floor, in one run on the same machine.

    python tests/bench/queue_bench.py [--quick] [--only PART...]

The floor is a bare loop in the same number of processes: claim a row with SKIP LOCKED,
open an Odoo environment, call the method, mark done, commit. Parts:

running      stored jobs end to end: rate, and what each costs
latency      from the commit of with_delay() to the first line, on an idle system
enqueue      CPU of Odoo and PostgreSQL for each job delayed
backlog      rate behind pending, done, future and blocked jobs, against an empty table
snapshot     rate while a transaction has been open for long, against before

Needs Odoo 19 in the Python that runs it and the programs of PostgreSQL 15 or later: it
starts a server of its own, with fsync on.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from typing import Any, Final

from component_support import (
    Row,
    Target,
    install_reference,
    parser,
    print_table,
    report_targets,
)
from queue_running import Cost, run_stored
from queue_sides import REFERENCE, Side, bench_server, make_sides

#: Scenario of enqueue -> (jobs of a round, times faster than OCA's to reach).
_ENQUEUE: Final[dict[str, tuple[int, float]]] = {
    "loop": (300, 5),
    "loop with key": (300, 5),
    # There, nothing but a loop stores jobs that do not wait for each other.
    "delay_many": (1000, 20),
    "group": (1000, 20),
    "split": (1000, 20),
    "chain": (1000, 10),
}
_LATENCY_JOBS: Final = 60
#: Copies of one stored job: what a backlog is made of.
_COPIES: Final = """
    INSERT INTO queue_job (uuid, state, eta, channel, priority, date_created,
        model_name, method_name, records, args, kwargs, user_id, company_id, name,
        retry, max_retries, channel_method_name, job_function_id, date_done,
        identity_key)
    SELECT gen_random_uuid(), {state}, {eta}, {channel}, 99, now() AT TIME ZONE 'UTC',
        model_name, method_name, records, args, kwargs, user_id, company_id, name,
        0, 5, channel_method_name, job_function_id, {done}, {key}
      FROM queue_job, generate_series(1, %s) WHERE queue_job.id = %s
"""
_NOW: Final = "now() AT TIME ZONE 'UTC'"


class Bench:
    """One run: its sides, its sizes, what it found."""

    def __init__(self, sides: dict[str, Side], args: Any) -> None:
        self.sides = sides
        self.jobs = args.jobs // 4 if args.quick else args.jobs
        self.backlog = args.backlog // 10 if args.quick else args.backlog
        self.targets: list[Target] = []
        self.figures: dict[str, Any] = {}

    # -- parts -----------------------------------------------------------------------

    def running(self) -> None:
        """Measure the rate, and what a job costs."""
        costs = {}
        for name, side in self.sides.items():
            # Many, so that the first jobs of each process are a small part.
            count = self.jobs // 8 if name == "oca" else 4 * self.jobs
            _progress(f"{name}: {count} jobs")
            costs[name] = self._run(side, count)
        header = (
            *("running", "jobs/s", "statements", "transactions", "fsyncs", "WAL bytes"),
            *("updates", "HOT", "Odoo ms", "PG ms"),
        )
        self._table(header, [(name, *cost.cells()) for name, cost in costs.items()])
        ours, rate = costs["ours"], costs["ours"].jobs_per_second
        self.targets += [
            Target("jobs/s, times OCA", rate / costs["oca"].jobs_per_second, "≥", 10),
            Target(
                "jobs/s, share of floor",
                rate / costs["floor"].jobs_per_second,
                "≥",
                0.8,
            ),
            Target("SQL statements a job", ours.statements, "≤", 6),
            Target("transactions a job", ours.transactions, "≤", 3),
            Target("fsyncs a job", ours.fsyncs, "≤", 1),
            Target("WAL bytes a job", ours.wal_bytes, "≤", 1500),
            Target("share of updates HOT", ours.hot_updates / ours.updates, "≥", 0.99),
            Target("CPU ms a job in Odoo", ours.odoo_ms, "≤", 1.5),
            Target("CPU ms a job in PostgreSQL", ours.postgres_ms, "≤", 1),
        ]

    def latency(self) -> None:
        """Measure the time from commit to first line."""
        rows = []
        for name in ("ours", "oca"):
            _progress(f"{name}: latency")
            side = self.sides[name]
            with side.workers():
                waits = [1000 * wait for wait in side.ask("latency", _LATENCY_JOBS)]
            p50, p99 = statistics.median(waits), waits[int(len(waits) * 0.99)]
            rows.append((name, f"{p50:.1f}", f"{p99:.1f}"))
            if name == "ours":
                self.targets += [
                    Target("latency p50, ms", p50, "≤", 5),
                    Target("latency p99, ms", p99, "≤", 15),
                ]
        self._table(("latency", "p50 ms", "p99 ms"), rows)

    def enqueue(self) -> None:
        """Measure what delaying costs, in turns."""
        counts = json.dumps({name: count for name, (count, _x) in _ENQUEUE.items()})
        best: dict[tuple[str, str], list[float]] = {}
        for _round in range(2):
            for name in ("ours", "oca"):
                _progress(f"{name}: enqueue")
                for scenario, cost in self.sides[name].ask("enqueue", counts).items():
                    known = best.get((name, scenario), cost)
                    best[name, scenario] = min(known, cost, key=sum)
        rows = []
        for scenario, (_count, bound) in _ENQUEUE.items():
            ours, oca = best["ours", scenario], best["oca", scenario]
            ratio = sum(oca) / sum(ours)
            cells = [f"{part * 1e6:.0f}" for part in (*ours, *oca)]
            rows.append((scenario, *cells, f"{ratio:.1f}"))
            self.targets.append(
                Target(f"enqueue {scenario}, times OCA", ratio, "≥", bound)
            )
        header = ("enqueue, CPU µs a job", "Odoo", "PG", "OCA Odoo", "OCA PG", "ratio")
        self._table(header, rows)

    def backlog_behind(self) -> None:
        """Measure the rate behind backlogs of several kinds."""
        side = self.sides["ours"]
        empty = self._rate(side)
        rows = [("empty", "0", f"{empty:.0f}", "1.00")]
        some = self.backlog // 10
        for kind, count, values in (
            ("pending", self.backlog, {}),
            ("pending with keys", some, {"key": "gen_random_uuid()"}),
            ("done", self.backlog, {"state": "'done'", "done": _NOW}),
            ("future", some, {"eta": f"{_NOW} + interval '1 day'"}),
            ("blocked", some, {"channel": "'root.blocked'"}),
            # PostgreSQL knows nothing of these yet.
            ("just stored", some, {"key": "gen_random_uuid()"}),
        ):
            _progress(f"backlog: {count} {kind}")
            self._fill(side, count, values, vacuum=kind != "just stored")
            rate = self._rate(side)
            self.targets.append(
                Target(f"time behind {kind} jobs, times empty", empty / rate, "≤", 1.2)
            )
            rows.append((kind, str(count), f"{rate:.0f}", f"{empty / rate:.2f}"))
            self._empty(side)
        self._table(("backlog", "jobs", "jobs/s", "times empty"), rows)

    def snapshot(self) -> None:
        """Measure the rate under a snapshot that was taken long ago."""
        side = self.sides["ours"]
        before = self._rate(side)
        holder = side.connect()
        holder.set_session(isolation_level="REPEATABLE READ", autocommit=False)
        with holder.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM queue_job")
            _progress(f"snapshot: {5 * self.jobs} jobs done under it")
            self._run(side, 5 * self.jobs)
            under = self._rate(side)
        holder.close()
        ratio = before / under
        self.targets.append(
            Target("time under an old snapshot, times before", ratio, "≤", 1.3)
        )
        rows = [("before", f"{before:.0f}"), ("under", f"{under:.0f}")]
        self._table(("snapshot", "jobs/s"), rows)

    # -- steps -----------------------------------------------------------------------

    def _run(self, side: Side, count: int) -> Cost:
        store = "store_floor" if side.name == "floor" else "store"
        return run_stored(side, side.ask(store, count), count)

    def _rate(self, side: Side) -> float:
        """Return the better of two rates of jobs that go before the backlog."""
        count = self.jobs // 2
        return max(
            run_stored(side, side.ask("store", count), count).jobs_per_second
            for _round in range(2)
        )

    def _fill(
        self, side: Side, count: int, values: dict[str, str], vacuum: bool
    ) -> None:
        defaults = {"state": "'pending'", "eta": "NULL", "channel": "'root'"}
        defaults |= {"done": "NULL", "key": "NULL"}
        query = _COPIES.format(**{**defaults, **values})
        sample = side.ask("store", 1) + 1
        with closing(side.connect()) as connection, connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO queue_job_channel (name, parent_id, complete_name,"
                " capacity, paused, throttle, removal_interval)"
                " SELECT 'blocked', id, 'root.blocked', 1, true, 0, 30"
                "   FROM queue_job_channel WHERE name = 'root'"
                "    AND NOT EXISTS (SELECT FROM queue_job_channel"
                "                     WHERE name = 'blocked')"
            )
            cursor.execute(query, (count, sample))
            if vacuum:
                cursor.execute("VACUUM ANALYZE")

    def _empty(self, side: Side) -> None:
        with closing(side.connect()) as connection, connection.cursor() as cursor:
            cursor.execute(
                "TRUNCATE queue_job, queue_job_ready, queue_job_identity CASCADE"
            )
            cursor.execute("VACUUM ANALYZE")

    def _table(self, header: Row, rows: Sequence[Row]) -> None:
        self.figures[header[0]] = [dict(zip(header, row, strict=True)) for row in rows]
        print_table(header, rows)
        print(flush=True)


_PARTS: Final[dict[str, Callable[[Bench], None]]] = {
    "running": Bench.running,
    "latency": Bench.latency,
    "enqueue": Bench.enqueue,
    "backlog": Bench.backlog_behind,
    "snapshot": Bench.snapshot,
}


def main() -> None:
    """Run the bench."""
    options = parser(__doc__)
    options.add_argument("--jobs", type=int, default=8000, help="to run at a time")
    options.add_argument("--backlog", type=int, default=1_000_000)
    options.add_argument("--workers", type=int, default=4)
    options.add_argument("--only", nargs="+", choices=_PARTS, default=list(_PARTS))
    args = options.parse_args()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        _progress("installing the reference from PyPI")
        install_reference(folder, *REFERENCE)
        server = stack.enter_context(bench_server())
        _progress("creating databases")
        sides = stack.enter_context(make_sides(server, folder, args.workers))
        bench = Bench(sides, args)
        for name in args.only:
            _PARTS[name](bench)
    report_targets(args, bench.targets, bench.figures)


def _progress(message: str) -> None:
    print(f"... {message}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
