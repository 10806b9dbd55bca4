# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A database of its own per test, copied from one where the addons are installed.

``CHAOS_ODOO`` is the command that runs Odoo (with its configuration),
``CHAOS_TEMPLATE`` the database with ``queue_job`` and ``queue_job_chaos`` installed;
PGHOST and friends say where. ``setup/test chaos`` sets all of them.

After each test the invariants are checked on all its databases, and the run ends with
a table of them; ``--faults FOLDER`` writes it as text and JSON too.
"""

from __future__ import annotations

import os
import shlex
import signal
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from . import invariants
from .cluster import Cluster
from .harness import Database, Process


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option of the table."""
    parser.addoption("--faults", type=Path, metavar="FOLDER", help="write the table")


def pytest_configure() -> None:
    """End as on Ctrl-C when somebody ends the run: nothing that was started stays."""
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Any:
    """Check the invariants while what the test has started still runs."""
    row = None
    try:
        result = yield
    finally:
        databases = getattr(item, "funcargs", {}).get("databases")
        if databases and databases.alive:
            name = item.name.removeprefix("test_").replace("_", " ")
            row = invariants.examine(name, databases.alive)
            invariants.ROWS.append(row)
    assert row is None or row.is_sound, invariants.table([row])
    return result


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print the table."""
    if invariants.ROWS:
        terminalreporter.section("faults")
        terminalreporter.write_line(invariants.table(invariants.ROWS))
        if folder := config.getoption("--faults"):
            invariants.write(invariants.ROWS, folder)


def _setting(name: str) -> str:
    if name not in os.environ:
        pytest.exit(f"{name} is not set: run this suite by `setup/test chaos`", 2)
    return os.environ[name]


class Databases:
    """Makes databases as copies of the template, and drops them."""

    def __init__(self) -> None:
        self.alive: list[Database] = []

    def create(self, cluster: Cluster | None = None) -> Database:
        """Return a fresh database, on the usual server or one of the test's own."""
        name = f"chaos_{uuid.uuid4().hex[:10]}"
        template = _setting("CHAOS_TEMPLATE")
        if cluster:
            cluster.adopt(template)
        server = cluster.server if cluster else {}
        _administrate(f'CREATE DATABASE "{name}" TEMPLATE "{template}"', server)
        database = Database(name, server)
        database.execute(
            "UPDATE queue_job_channel SET capacity = 4 WHERE name = 'root'"
        )
        self.alive.append(database)
        return database

    def drop(self, database: Database) -> None:
        """Drop a database, whoever uses it."""
        self.alive.remove(database)
        database.close()
        _administrate(f'DROP DATABASE "{database.name}" WITH (FORCE)', database.server)


def _administrate(statement: str, server: dict[str, str]) -> None:
    connection = psycopg2.connect(dbname="postgres", **server)
    connection.set_session(autocommit=True)
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()


@pytest.fixture
def databases() -> Iterator[Databases]:
    """Return what makes databases; they are dropped at the end."""
    databases = Databases()
    yield databases
    for database in list(databases.alive):
        databases.drop(database)


@pytest.fixture
def database(databases: Databases) -> Database:
    """Return a fresh database on the usual server."""
    return databases.create()


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """Return a PostgreSQL server of the module's own, which its tests may harm."""
    cluster = Cluster()
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.remove()


@pytest.fixture
def spawn(tmp_path: Path) -> Iterator[Callable[..., Process]]:
    """Return a function that starts an Odoo command; all are killed at the end."""
    started: list[Process] = []

    def spawn_odoo(
        *arguments: str, before: tuple[str, ...] = (), **environment: str
    ) -> Process:
        command = [*before, *shlex.split(_setting("CHAOS_ODOO")), *arguments]
        process = Process(command, tmp_path / f"{len(started)}.log", environment)
        started.append(process)
        return process

    yield spawn_odoo
    for process in started:
        if process.process.poll() is None:
            process.kill()


@pytest.fixture
def start(database: Database, spawn: Callable[..., Process]) -> Callable[..., Process]:
    """Return a function that starts dedicated worker processes."""
    return lambda *arguments: spawn("queue_job", "run", "-d", database.name, *arguments)
