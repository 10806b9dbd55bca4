# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A million jobs: ten processes delay them, eight workers on two hosts run them.

    python tests/load/storm.py [--quick] [--jobs N] [--seed N]

All the while something breaks: workers are killed and stopped, a host loses its power
or its network, connections are cut, PostgreSQL is restarted and crashes. In the end the
invariants of ``tests/chaos`` are checked: each job's effect is there once. Hosts are
network namespaces; PostgreSQL is a server of the storm's own, with fsync on.

Needs root for the hosts, and the settings of ``tests/chaos`` (see its conftest.py):
``setup/dev benchmarks storm`` gives them.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shlex
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import psutil
import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests/bench")]
from chaos import invariants  # noqa: E402
from chaos.cluster import Cluster  # noqa: E402
from chaos.conftest import Databases  # noqa: E402
from chaos.faults import Fault, Faults  # noqa: E402
from chaos.harness import Process  # noqa: E402
from chaos.network import GATEWAY, network  # noqa: E402
from component_support import Tables, Target, parser, report_tables  # noqa: E402
from enqueuers import RECEIPTS  # noqa: E402
from watch import TABLE_HEADER, Watch, table_sizes  # noqa: E402

ENQUEUERS: Final = 10
HOSTS: Final = 2
WORKERS: Final = 4  # of each host
#: Status where the kernel gives us no hosts; that of other test programs, too.
SKIPPED: Final = 77
_CHANNELS: Final = {"root": 8, "root.many": 8, "root.two": 2, "root.one": 1}
#: Fewer jobs than these may be over before a fault is.
_ENOUGH: Final = 500
#: A fault that takes longer is a target missed; one that takes this long is the end.
_PATIENCE: Final = 600.0  # seconds
#: What is left when the last fault is over has this long to end.
_END_PATIENCE: Final = 3600.0  # seconds
#: Jobs that wait for anything but a user's decision.
_OPEN: Final = """
    SELECT (SELECT count(*) FROM queue_job_ready)
         + (SELECT count(*) FROM queue_job_lease)
         + (SELECT count(*) FROM queue_job_parked WHERE state = 'wait_dependencies')
"""
_SECONDS: Final = """
    SELECT EXTRACT(EPOCH FROM max(date_done) - min(date_created))::float8,
           EXTRACT(EPOCH FROM max(date_created) - min(date_created))::float8
      FROM queue_job
"""
_UNEXPECTED: Final = """
    SELECT count(*) FROM queue_job
     WHERE state <> CASE WHEN method_name = 'fail' THEN 'failed' ELSE 'done' END
"""


class Storm(Faults):
    """What breaks while the jobs are delayed and run."""

    def faults(self) -> list[Fault]:
        """Return what happens in each round, some of it more than once."""
        return [
            *(self.kill_worker, self.kill_worker, self.kill_host, self.pause_worker),
            *(self.cut_off_host, self.cut_connections, self.cut_control_connections),
            *(self.restart_postgres, self.crash_postgres),
        ]

    def rage(
        self, pause: float, enqueuers: subprocess.Popen[Any]
    ) -> dict[str, list[float]]:
        """Strike until nearly all is over; return the recoveries by fault, seconds."""
        recoveries: dict[str, list[float]] = defaultdict(list)
        rounds = self._rounds()
        while self._rest(pause * self.dice.uniform(0.4, 1.6), enqueuers):
            fault = next(rounds)
            if self._has_ready(0) and self.can_happen(fault):
                seconds = self.strike(fault, _PATIENCE)
                recoveries[fault.__name__].append(seconds)
                _progress(f"{fault.__name__}: {seconds:.1f} s")
        return recoveries

    def _rest(self, seconds: float, enqueuers: subprocess.Popen[Any]) -> bool:
        """Let some time pass; return False as soon as nearly all is over."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if enqueuers.poll() is not None and not self._has_ready(_ENOUGH):
                return False
            self.repair()
            time.sleep(0.25)
        return True

    def _rounds(self) -> Iterator[Fault]:
        while True:
            each = self.faults()
            self.dice.shuffle(each)
            yield from each

    def _has_ready(self, count: int) -> bool:
        """Return whether more than so many jobs wait; reads no more of them."""
        query = "SELECT FROM queue_job_ready OFFSET %s LIMIT 1"
        return bool(self.database.rows(query, count))

    def settle(self) -> None:
        """Mend everything, and wait until no job is open."""
        self.repair(everything=True)
        deadline = time.monotonic() + _END_PATIENCE
        while left := self.database.value(_OPEN):
            if time.monotonic() > deadline:
                raise AssertionError(f"{left} jobs are not over")
            time.sleep(1)

    def worker_pids(self) -> list[int]:
        """Return the processes of the workers."""
        return [
            child.pid
            for host in list(self.hosts.values())
            if host.process.poll() is None
            for child in psutil.Process(host.process.pid).children()
        ]


def make_storm(stack: ExitStack, seed: int) -> Storm:
    """Set up server, database and hosts, all of which go with the stack."""
    cluster = Cluster(
        fsync="on",
        full_page_writes="on",
        max_connections=100,
        shared_buffers="512MB",
        max_wal_size="2GB",
    )
    stack.callback(cluster.remove)
    cluster.start()
    database = Databases().create(cluster)
    database.set_channels(_CHANNELS)
    # What the tests are told of each state, and search by; nobody does here.
    database.execute("DROP TRIGGER chaos_notify_state ON queue_job")
    database.execute("DROP INDEX chaos_ledger__key_index")
    database.execute(RECEIPTS)
    database.execute("CREATE EXTENSION pgstattuple")
    cables = stack.enter_context(network(HOSTS))
    logs = Path(stack.enter_context(tempfile.TemporaryDirectory()))

    def launch(number: int) -> Process:
        command = (
            *cables[number].inside,
            *shlex.split(os.environ["CHAOS_ODOO"]),
            *("queue_job", "run", "-d", database.name, "--workers", str(WORKERS)),
            *_connection(GATEWAY, cluster),
        )
        process = Process(command, logs / f"host-{number}.log")
        stack.callback(_end, process)
        return process

    storm = Storm(database, cluster, launch, random.Random(seed), cables=cables)
    stack.callback(storm.repair, everything=True)
    return storm


def _connection(host: str, cluster: Cluster) -> tuple[str, ...]:
    server = cluster.server
    return (
        *("--db_host", host, "--db_port", server["port"]),
        *("--db_user", server["user"], "--log-level", "critical"),
    )


def _end(process: Process) -> None:
    if process.process.poll() is None:
        process.kill()


def start_enqueuers(storm: Storm, jobs: int, seed: int, answer: IO[str]) -> Any:
    """Start the processes that delay the jobs."""
    call = (storm.database.name, ENQUEUERS, jobs, seed)
    return subprocess.Popen(
        [
            sys.executable,
            str(Path(__file__).with_name("enqueuers.py")),
            *map(str, call),
            *_connection(storm.cluster.server["host"], storm.cluster),
        ],
        stdout=answer,
        start_new_session=True,
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a storm."""

    #: Seconds until work went on, by fault.
    recoveries: dict[str, list[float]]
    #: Milliseconds of the transactions that delayed jobs, by way.
    enqueuing: dict[str, list[float]]
    watch: Watch
    #: From the first job that was stored to the last one that ended.
    seconds: float
    #: From the first job that was stored to the last one that was.
    storing_seconds: float
    wal_bytes: int
    invariants: invariants.Row
    #: Jobs that the processes say they have stored, and those that are there.
    stored: int
    jobs: int
    #: Jobs that did not end as they were meant to.
    unexpected: int
    sizes: list[tuple[str, ...]]


def run(storm: Storm, jobs: int, seed: int, pause: float, answer: IO[str]) -> Outcome:
    """Have everything happen at once, and look what is left."""
    database = storm.database
    for number in range(HOSTS):
        storm.start(number)
    count = HOSTS * WORKERS
    workers = "SELECT count(*) FROM queue_job_worker"
    database.until(lambda: database.value(workers) == count, f"{count} workers")
    written = "SELECT (pg_current_wal_lsn() - %s)::bigint"
    before = database.value("SELECT pg_current_wal_lsn()")
    _progress(f"{jobs} jobs")
    with Watch(database.connect, storm.worker_pids).watching() as watch:
        enqueuers = start_enqueuers(storm, jobs, seed, answer)
        try:
            recoveries = storm.rage(pause, enqueuers)
        finally:
            _kill_group(enqueuers)
        if enqueuers.returncode:
            raise RuntimeError(f"enqueuers ended with {enqueuers.returncode}")
        storm.settle()
    wal_bytes = database.value(written, before)
    _progress("looking at what is left")
    database.execute("SET work_mem = '256MB'")
    database.enqueued = database.value("SELECT sum(jobs) FROM storm_receipt")
    [(seconds, storing_seconds)] = database.rows(_SECONDS)
    answer.seek(0)
    return Outcome(
        recoveries=recoveries,
        enqueuing=json.load(answer),
        watch=watch,
        seconds=seconds,
        storing_seconds=storing_seconds,
        wal_bytes=wal_bytes,
        invariants=invariants.examine("storm", [database]),
        stored=database.enqueued,
        jobs=database.value("SELECT count(*) FROM queue_job"),
        unexpected=database.value(_UNEXPECTED),
        sizes=table_sizes(database),
    )


def _kill_group(process: subprocess.Popen[Any]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


# --- report -------------------------------------------------------------------------


def report(args: argparse.Namespace, outcome: Outcome) -> None:
    """Print what came of it, and judge it."""
    watch = outcome.watch
    rates = watch.rates()
    figures = [
        ("jobs", f"{outcome.jobs}"),
        ("seconds, first stored to last over", f"{outcome.seconds:.0f}"),
        ("jobs/s", f"{outcome.jobs / outcome.seconds:.0f}"),
        ("seconds, first stored to last stored", f"{outcome.storing_seconds:.0f}"),
        ("jobs/s of the slowest minute", f"{min(rates):.0f}"),
        ("jobs/s of the fastest minute", f"{max(rates):.0f}"),
        ("WAL bytes a job", f"{outcome.wal_bytes / outcome.jobs:.0f}"),
        *((f"most MB of {name}", f"{most:.1f}") for name, most in watch.largest()),
        ("faults", f"{sum(map(len, outcome.recoveries.values()))}"),
    ]
    tables: Tables = {
        ("storm", "value"): figures,
        ("delayed by", "commits", "p50 ms", "p99 ms", "max ms"): [
            (way, str(len(times)), *_quantiles(times))
            for way, times in sorted(outcome.enqueuing.items())
        ],
        ("fault", "times", "median s", "longest s"): [
            (
                name.replace("_", " "),
                str(len(times)),
                f"{statistics.median(times):.1f}",
                f"{max(times):.1f}",
            )
            for name, times in sorted(outcome.recoveries.items())
        ],
        TABLE_HEADER: outcome.sizes,
    }
    targets = _soundness(outcome)
    if not args.quick:
        # The speed of a short storm says nothing.
        targets += _speed(outcome)
    report_tables(args, tables, targets)


def _soundness(outcome: Outcome) -> list[Target]:
    row = outcome.invariants
    return [
        *(
            Target(f"jobs {name.replace('_', ' ')}", getattr(row, name), "≤", 0)
            for name in ("lost", "doubled", "stuck", "over_capacity", "out_of_order")
        ),
        Target("jobs stored twice", outcome.jobs - outcome.stored, "≤", 0),
        Target("jobs that ended in another way", outcome.unexpected, "≤", 0),
    ]


def _speed(outcome: Outcome) -> list[Target]:
    late, early = map(outcome.watch.resident_megabytes, (0.75, 0.25))
    longest = max(map(max, outcome.recoveries.values()), default=0.0)
    minutes = 1e6 / 60 * outcome.seconds / outcome.jobs
    return [
        Target("minutes for a million jobs", minutes, "≤", 20),
        Target("longest recovery, s", longest, "≤", 30),
        Target("memory of a worker, late over early", late / early, "≤", 1.1),
    ]


def _quantiles(times: list[float]) -> tuple[str, str, str]:
    ordered = sorted(times)
    values = statistics.median(ordered), ordered[int(len(ordered) * 0.99)], ordered[-1]
    p50, p99, longest = (f"{value:.0f}" for value in values)
    return p50, p99, longest


def main() -> None:
    """Run the storm."""
    options = parser(__doc__)
    options.add_argument("--jobs", type=int, default=1_000_000)
    options.add_argument("--seed", type=int, default=random.randrange(10**6))
    options.add_argument(
        "--pause", type=float, default=8.0, help="seconds from one fault to the next"
    )
    args = options.parse_args()
    jobs, pause = args.jobs, args.pause
    if args.quick:
        jobs, pause = min(jobs, 10_000), min(pause, 3.0)
    # What was started must end with us, however we are ended.
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    _progress(f"seed {args.seed}")
    with ExitStack() as stack:
        answer = stack.enter_context(tempfile.TemporaryFile("w+"))
        try:
            storm = make_storm(stack, args.seed)
        except pytest.skip.Exception as reason:
            _progress(str(reason).strip())
            sys.exit(SKIPPED)
        report(args, run(storm, jobs, args.seed, pause, answer))


def _progress(message: str) -> None:
    print(f"... {message}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
