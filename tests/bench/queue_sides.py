# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The engines that the benches of the job queue compare, each with its database."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psutil
import psycopg2

ROOT: Final = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))
from chaos.cluster import Cluster  # noqa: E402

ADDONS: Final = ROOT / "tests/bench/addons"
INSIDE: Final = Path(__file__).with_name("queue_inside.py")
#: The reference, as installed from PyPI.
REFERENCE: Final = ("odoo-addon-queue-job==19.0.2.4.0.1", "openupgradelib")
#: HTTP workers that the reference sends its jobs to, and its channel's capacity.
_REFERENCE_WORKERS: Final = 8
_TEMPLATE: Final = "bench_base"


@dataclass(frozen=True)
class Side:
    """One engine: where its addon is, and the command that runs its workers."""

    name: str
    addons_path: str
    database: str
    command: tuple[str, ...]
    #: Of its processes: PG* variables, channels.
    environment: dict[str, str]

    @property
    def table(self) -> str:
        """Return the table of its jobs."""
        return "bench_floor" if self.name == "floor" else "queue_job"

    def connect(self) -> Any:
        """Return an autocommit connection to the side's database."""
        env = self.environment
        connection = psycopg2.connect(
            dbname=self.database,
            host=env["PGHOST"],
            port=env["PGPORT"],
            user=env["PGUSER"],
        )
        connection.set_session(autocommit=True)
        return connection

    def ask(self, function: str, *arguments: object) -> Any:
        """Run a function of ``queue_inside`` with the side's addons; its result."""
        done = subprocess.run(
            self.inside(function, *arguments),
            env=self.environment,
            stdout=subprocess.PIPE,
            check=True,
        )
        return json.loads(done.stdout)

    def inside(self, function: str, *arguments: object) -> list[str]:
        """Return the command that runs a function of ``queue_inside``."""
        call = (self.addons_path, self.database, function, *arguments)
        return [sys.executable, str(INSIDE), *map(str, call)]

    @contextmanager
    def conversation(self) -> Iterator[Callable[..., Any]]:
        """Give a function that does as ``ask``, in one process for all calls."""
        process = subprocess.Popen(
            self.inside("serve"),
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

        def ask(function: str, *arguments: object) -> Any:
            call = [function, *map(str, arguments)]
            assert process.stdin and process.stdout
            print(json.dumps(call), file=process.stdin, flush=True)
            if not (answer := process.stdout.readline()):
                raise RuntimeError(f"the process of {self.name} ended in {call}")
            return json.loads(answer)

        with process:
            yield ask
            process.communicate()

    @contextmanager
    def workers(self) -> Iterator[psutil.Process]:
        """Keep the side's workers running."""
        process = subprocess.Popen(
            self.command, env=self.environment, start_new_session=True
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


@contextmanager
def bench_server(**settings: object) -> Iterator[dict[str, str]]:
    """Run a server that counts statements and forces what it writes to the disk.

    :param settings: of PostgreSQL, beside these
    """
    cluster = Cluster(
        fsync="on",
        full_page_writes="on",
        max_connections=100,
        shared_buffers="256MB",
        max_wal_size="4GB",
        shared_preload_libraries="pg_stat_statements",
        **settings,
    )
    try:
        cluster.start()
        yield cluster.server
    finally:
        cluster.remove()


@contextmanager
def make_sides(
    server: dict[str, str],
    folder: str,
    workers: int,
    names: Sequence[str] = ("floor", "ours", "oca"),
) -> Iterator[dict[str, Side]]:
    """Give the sides by name; all on one server, each with a database of its own.

    :param server: host, port and user of a PostgreSQL server
    :param folder: where the reference is installed
    """
    variables = {f"PG{key.upper()}": value for key, value in server.items()}
    with ExitStack() as stack:
        _create(stack, _TEMPLATE, variables)
        base = Side("base", str(ADDONS), _TEMPLATE, (), {**os.environ, **variables})
        base.ask("install", "mail")
        sides = {}
        for name in names:
            side = _side(name, folder, workers, {**os.environ, **variables})
            _create(stack, side.database, variables, _TEMPLATE)
            side.ask("install", "bench_queue")
            with side.connect() as connection, connection.cursor() as cursor:
                cursor.execute("CREATE EXTENSION pg_stat_statements")
            sides[name] = side
        yield sides


def _create(
    stack: ExitStack, name: str, variables: dict[str, str], template: str = "template0"
) -> None:
    env = {**os.environ, **variables}
    subprocess.run(["createdb", "-T", template, name], check=True, env=env)
    stack.callback(subprocess.run, ["dropdb", "-f", name], check=True, env=env)


def _side(name: str, folder: str, workers: int, environment: dict[str, str]) -> Side:
    path = Path(folder, "odoo/addons") if name == "oca" else ROOT
    database = f"bench_{name}"
    addons_path = f"{path},{ADDONS}"
    environment["ODOO_QUEUE_JOB_CHANNELS"] = f"root:{workers}"
    if name == "oca":
        environment["PYTHONPATH"] = folder
        environment["ODOO_QUEUE_JOB_CHANNELS"] = f"root:{_REFERENCE_WORKERS}"
    side = Side(name, addons_path, database, (), environment)
    connection = (
        *("-d", database, "--log-level", "warn"),
        *("--db_host", environment["PGHOST"], "--db_port", environment["PGPORT"]),
        *("--db_user", environment["PGUSER"]),
    )
    command = {
        "floor": tuple(side.inside("floor", workers)),
        "ours": (
            *_odoo(folder, addons_path, "queue_job", "run", *connection),
            *("--workers", str(workers)),
        ),
        "oca": (
            *_odoo(folder, addons_path, "server", *connection),
            *("--load", "base,web,queue_job", "--workers", str(_REFERENCE_WORKERS)),
            *("--http-port", _free_port(), "--gevent-port", _free_port()),
            *("--max-cron-threads", "0"),
        ),
    }[name]
    return Side(name, addons_path, database, command, environment)


def _odoo(folder: str, addons_path: str, *arguments: str) -> tuple[str, ...]:
    # Under `python -m odoo` a prefork server starts its gevent process for ever.
    # Not beside the reference: Python would find that one's addons first.
    script = Path(folder, "bin", "odoo-script")
    script.parent.mkdir(exist_ok=True)
    script.write_text("import odoo.cli\nodoo.cli.main()\n")
    return (sys.executable, str(script), f"--addons-path={addons_path}", *arguments)


def _free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])
