# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A database of its own per test, copied from one where the addons are installed.

``CHAOS_ODOO`` is the command that runs Odoo (with its configuration),
``CHAOS_TEMPLATE`` the database with ``queue_job`` and ``queue_job_chaos`` installed;
PGHOST and friends say where. ``setup/test chaos`` sets all of them.
"""

from __future__ import annotations

import os
import shlex
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import pytest

from .harness import Database, Process


def _setting(name: str) -> str:
    if name not in os.environ:
        pytest.exit(f"{name} is not set: run this suite by `setup/test chaos`", 2)
    return os.environ[name]


@pytest.fixture
def database() -> Iterator[Database]:
    """Return a fresh database, dropped at the end."""
    name = f"chaos_{uuid.uuid4().hex[:10]}"
    admin = psycopg2.connect(dbname="postgres")
    admin.set_session(autocommit=True)
    with admin.cursor() as cursor:
        template = _setting("CHAOS_TEMPLATE")
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        database = Database(name)
        database.execute(
            "UPDATE queue_job_channel SET capacity = 4 WHERE name = 'root'"
        )
        yield database
        database.close()
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    admin.close()


@pytest.fixture
def spawn(tmp_path: Path) -> Iterator[Callable[..., Process]]:
    """Return a function that starts an Odoo command; all are killed at the end."""
    started: list[Process] = []

    def spawn_odoo(*arguments: str) -> Process:
        command = shlex.split(_setting("CHAOS_ODOO"))
        process = Process([*command, *arguments], tmp_path / f"{len(started)}.log")
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
