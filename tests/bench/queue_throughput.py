# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Running jobs: this engine, OCA's, and the floor, in one run on the same machine.

    python tests/bench/queue_throughput.py [--quick] [--jobs N] [--workers N]

The floor is a bare loop in the same number of processes: claim a row with SKIP LOCKED,
open an Odoo environment, call the method, mark done, commit. Jobs are stored before the
workers start, and a rate is jobs over the time between the first start and the last end
that the rows tell. Latency is from the commit of ``with_delay()`` to the first line of
the method, on an idle system. Needs Odoo 19 in the Python that runs it and a PostgreSQL
server on this machine (PGHOST, PGUSER).
"""

from __future__ import annotations

import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg2
from component_support import Target, install_reference, parser, report

ROOT = Path(__file__).resolve().parents[2]
ADDONS = ROOT / "tests/bench/addons"
REFERENCE = ("odoo-addon-queue-job==19.0.2.4.0.1", "openupgradelib")
LATENCY_JOBS = 60
PATIENCE = 900  # seconds

_FLOOR_TABLE = """
    CREATE TABLE bench_floor (
        id serial PRIMARY KEY, state text NOT NULL DEFAULT 'pending',
        date_started timestamp, date_done timestamp);
    CREATE INDEX ON bench_floor (id) WHERE state = 'pending';
"""
_FLOOR_CLAIM = """
    UPDATE bench_floor SET state = 'started', date_started = clock_timestamp()
     WHERE id = (SELECT id FROM bench_floor WHERE state = 'pending'
                  ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
 RETURNING id
"""


@dataclass(frozen=True)
class Side:
    """One engine: where its addon is, and the command that runs its workers."""

    name: str
    addons_path: str
    database: str
    command: tuple[str, ...]
    environment: dict[str, str]

    def connect(self) -> Any:
        """Return an autocommit connection to the side's database."""
        connection = psycopg2.connect(dbname=self.database)
        connection.set_session(autocommit=True)
        return connection

    @property
    def env(self) -> dict[str, str]:
        """Return the environment of the side's processes."""
        return {**os.environ, **self.environment}

    def ask(self, function: str, *arguments: object) -> None:
        """Run a function of this file inside Odoo with the side's addons."""
        subprocess.run(
            [
                *(sys.executable, __file__, "--inside", self.addons_path),
                *(self.database, function, *map(str, arguments)),
            ],
            check=True,
            env=self.env,
        )

    @contextmanager
    def workers(self) -> Iterator[psutil.Process]:
        """Keep the side's workers running."""
        process = subprocess.Popen(
            self.command,
            env=self.env,
            start_new_session=True,
        )
        try:
            yield psutil.Process(process.pid)
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


@dataclass(frozen=True)
class Rate:
    """What running jobs took."""

    jobs_per_second: float
    odoo_ms: float
    postgres_ms: float
    wal_bytes: float
    transactions: float
    updates: float
    hot: float


def measure_rate(side: Side, jobs: int, table: str) -> Rate:
    """Run jobs that are stored already; return what each took."""
    connection = side.connect()
    with connection.cursor() as cursor:

        def value(query: str) -> Any:
            cursor.execute(query)
            return cursor.fetchone()[0]

        counters = (
            "SELECT pg_current_wal_lsn() - '0/0'::pg_lsn",
            "SELECT xact_commit FROM pg_stat_database"
            " WHERE datname = current_database()",
            f"SELECT n_tup_upd FROM pg_stat_user_tables WHERE relname = '{table}'",
            f"SELECT n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = '{table}'",
        )
        before = [float(value(counter)) for counter in counters]
        postgres = _postgres_cpu(connection)
        with side.workers() as process:
            _wait(cursor, f"SELECT count(*) FROM {table} WHERE state = 'done'", 1)
            _wait(cursor, f"SELECT count(*) FROM {table} WHERE state = 'done'", jobs)
            odoo = _tree_cpu(process)
        postgres = _postgres_cpu(connection) - postgres
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        after = [float(value(counter)) for counter in counters]
        seconds = value(
            "SELECT EXTRACT(EPOCH FROM max(date_done) - min(date_started))::float8"
            f" FROM {table}"
        )
    connection.close()
    wal, transactions, updates, hot = (
        (late - early) / jobs for early, late in zip(before, after, strict=True)
    )
    return Rate(
        jobs / seconds,
        odoo * 1000 / jobs,
        postgres * 1000 / jobs,
        wal,
        transactions,
        updates,
        hot,
    )


def measure_latency(side: Side) -> list[float]:
    """Return milliseconds from commit to the first line, for jobs on an idle system."""
    with side.workers():
        side.ask("latency", LATENCY_JOBS)
    connection = side.connect()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (result::float8 - sent.at) * 1000 FROM queue_job"
            " JOIN bench_sent AS sent USING (uuid)"
        )
        return sorted(milliseconds for (milliseconds,) in cursor.fetchall())


def _wait(cursor: Any, query: str, count: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        cursor.execute(query)
        if cursor.fetchone()[0] >= count:
            return
        if time.monotonic() > deadline:
            raise RuntimeError(f"{query}: fewer than {count} after {PATIENCE} s")
        time.sleep(0.25)


def _tree_cpu(process: psutil.Process) -> float:
    total = 0.0
    for member in (process, *process.children(recursive=True)):
        times = member.cpu_times()
        total += times.user + times.system
    return total


def _postgres_cpu(connection: Any) -> float:
    backend = psutil.Process(connection.info.backend_pid)
    postmaster = backend.parent()
    times = postmaster.cpu_times()
    ended = times.children_user + times.children_system
    return ended + _tree_cpu(postmaster)


def main() -> None:
    """Run the bench."""
    options = parser(__doc__)
    options.add_argument("--jobs", type=int, default=4000)
    options.add_argument("--workers", type=int, default=4)
    args = options.parse_args()
    jobs = args.jobs // 4 if args.quick else args.jobs
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        install_reference(folder, *REFERENCE)
        sides = _sides(stack, folder, args.workers)
        rates: dict[str, Rate] = {}
        for side in sides:
            count = jobs // 8 if side.name == "oca" else jobs
            _progress(f"{side.name}: {count} jobs")
            side.ask("store_floor" if side.name == "floor" else "store", count)
            table = "bench_floor" if side.name == "floor" else "queue_job"
            rates[side.name] = measure_rate(side, count, table)
        latencies = {}
        for side in sides:
            if side.name != "floor":
                _progress(f"{side.name}: latency")
                latencies[side.name] = measure_latency(side)
    _report(args, rates, latencies)


def _report(
    args: Any, rates: dict[str, Rate], latencies: dict[str, list[float]]
) -> None:
    header = (
        *("side", "jobs/s", "Odoo ms", "PG ms", "WAL bytes", "transactions"),
        *("updates", "HOT", "p50 ms", "p99 ms"),
    )
    rows = []
    for name, rate in rates.items():
        waits = latencies.get(name)
        rows.append(
            (
                name,
                f"{rate.jobs_per_second:.0f}",
                f"{rate.odoo_ms:.2f}",
                f"{rate.postgres_ms:.2f}",
                f"{rate.wal_bytes:.0f}",
                f"{rate.transactions:.1f}",
                f"{rate.updates:.1f}",
                f"{rate.hot:.1f}",
                f"{statistics.median(waits):.1f}" if waits else "-",
                f"{waits[int(len(waits) * 0.99)]:.1f}" if waits else "-",
            )
        )
    ours, oca, floor = rates["ours"], rates["oca"], rates["floor"]
    targets = [
        Target(
            "jobs/s, times OCA", ours.jobs_per_second / oca.jobs_per_second, "≥", 10
        ),
        Target(
            "jobs/s, share of floor",
            ours.jobs_per_second / floor.jobs_per_second,
            "≥",
            0.8,
        ),
        Target("WAL bytes a job", ours.wal_bytes, "≤", 1500),
        Target("transactions a job", ours.transactions, "≤", 3),
        Target("share of updates HOT", ours.hot / ours.updates, "≥", 0.99),
        Target("latency p50, ms", statistics.median(latencies["ours"]), "≤", 5),
    ]
    report(args, header, rows, targets)


def _sides(stack: ExitStack, folder: str, workers: int) -> list[Side]:
    oca_path = str(Path(folder, "odoo/addons"))
    sides = []
    for name, path in (("floor", ROOT), ("ours", ROOT), ("oca", oca_path)):
        database = f"bench_queue_{os.getpid()}_{name}"
        subprocess.run(["createdb", database], check=True)
        stack.callback(subprocess.run, ["dropdb", "--force", database], check=True)
        addons = f"{path},{ADDONS}"
        environment = {"ODOO_QUEUE_JOB_CHANNELS": f"root:{max(workers, 8)}"}
        if name == "oca":
            environment["PYTHONPATH"] = folder
        command = {
            "floor": (sys.executable, __file__, "--floor", addons, database, workers),
            "ours": (
                *_odoo(folder, addons, "queue_job", "run"),
                *("--workers", workers, "-d", database, "--log-level", "warn"),
            ),
            "oca": (
                *_odoo(folder, addons, "server", "--load", "base,web,queue_job"),
                *("--workers", 8, "-d", database, "--log-level", "warn"),
                *("--http-port", _free_port(), "--gevent-port", _free_port()),
                *("--max-cron-threads", 0),
            ),
        }[name]
        side = Side(name, addons, database, tuple(map(str, command)), environment)
        _progress(f"installing {name}")
        side.ask("install")
        sides.append(side)
    return sides


def _odoo(folder: str, addons: str, *arguments: str) -> tuple[str, ...]:
    # Under `python -m odoo` a prefork server starts its gevent process for ever.
    # Not beside the reference: Python would find that one's addons first.
    script = Path(folder, "bin", "odoo-script")
    script.parent.mkdir(exist_ok=True)
    script.write_text("import odoo.cli\nodoo.cli.main()\n")
    return (sys.executable, str(script), f"--addons-path={addons}", *arguments)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _progress(message: str) -> None:
    print(f"... {message}", file=sys.stderr, flush=True)


# --- inside Odoo --------------------------------------------------------------------


def inside(addons_path: str, database: str, function: str, *arguments: str) -> None:
    """Run one of the functions below in an environment of the database."""
    _configure(addons_path, database)
    from odoo import SUPERUSER_ID
    from odoo.api import Environment
    from odoo.modules.registry import Registry

    if function == "install":
        Registry.new(database, update_module=True, install_modules=["bench_queue"])
        return
    with Registry(database).cursor() as cr:
        globals()[function](Environment(cr, SUPERUSER_ID, {}), *map(int, arguments))


def _configure(addons_path: str, database: str) -> None:
    import odoo.init  # noqa: F401  sets up the namespace for what follows
    from odoo.tools import config

    options = ["--addons-path", addons_path, "--no-http", "--log-level=error"]
    config.parse_config([*options, "-d", database], setup_logging=True)


def store(env: Any, count: int) -> None:
    """Store jobs."""
    for _number in range(count):
        env["bench.queue"].with_delay().noop()


def store_floor(env: Any, count: int) -> None:
    """Store what the floor claims."""
    env.cr.execute(_FLOOR_TABLE)
    env.cr.execute(
        "INSERT INTO bench_floor SELECT FROM generate_series(1, %s)", (count,)
    )


def latency(env: Any, count: int) -> None:
    """Store and commit one job at a time, each when the one before is done."""
    env.cr.execute("CREATE TABLE bench_sent (uuid varchar, at float8)")
    env.cr.commit()
    # The first jobs meet workers that are still loading.
    for number in range(count + 10):
        uuid = env["bench.queue"].with_delay().clock().uuid
        env.cr.commit()
        sent = time.time()
        if number >= 10:
            env.cr.execute("INSERT INTO bench_sent VALUES (%s, %s)", (uuid, sent))
            env.cr.commit()
        _wait_done(env, uuid)


def _wait_done(env: Any, uuid: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        time.sleep(0.05)
        env.cr.rollback()
        env.cr.execute("SELECT state FROM queue_job WHERE uuid = %s", (uuid,))
        if env.cr.fetchone()[0] == "done":
            return
    raise RuntimeError(f"job {uuid} does not end")


def floor(addons_path: str, database: str, workers: int) -> None:
    """Be the floor."""
    _configure(addons_path, database)
    from odoo import sql_db
    from odoo.modules.registry import Registry

    Registry(database)
    sql_db.close_all()
    children = []
    for _number in range(workers):
        if not (pid := os.fork()):
            _floor_loop(database)
            os._exit(0)
        children.append(pid)
    for pid in children:
        os.waitpid(pid, 0)
    # What it cost is read from the living process.
    signal.pause()


def _floor_loop(database: str) -> None:
    from odoo import SUPERUSER_ID
    from odoo.api import Environment
    from odoo.modules.registry import Registry

    control = psycopg2.connect(dbname=database)
    control.set_session(autocommit=True)
    claims = control.cursor()
    claims.execute("SET synchronous_commit = off")
    while True:
        claims.execute(_FLOOR_CLAIM)
        if not (row := claims.fetchone()):
            signal.pause()
        with Registry(database).cursor() as cr:
            Environment(cr, SUPERUSER_ID, {})["bench.queue"].noop()
            cr.execute(
                "UPDATE bench_floor SET state = 'done', date_done = clock_timestamp()"
                " WHERE id = %s",
                row,
            )


if __name__ == "__main__":
    match sys.argv[1:2]:
        case ["--inside"]:
            inside(*sys.argv[2:])
        case ["--floor"]:
            floor(*sys.argv[2:4], int(sys.argv[4]))
        case _:
            main()
