# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Databases made by the real OCA addon, to be upgraded to ours.

``MIGRATION_ODOO`` is the command that runs Odoo, without a path of addons,
``MIGRATION_ADDONS`` the path of ours, ``MIGRATION_TEMPLATE`` a database with ``mail``;
``ODOO_RC``, PGHOST and friends say the rest. ``setup/test migration`` sets all of them.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from chaos.harness import Database, Process

#: Installed as they are published; nobody looks inside.
PACKAGES = (
    "odoo-addon-queue-job==19.0.2.4.0.1",
    "odoo-addon-queue-job-subscribe==19.0.1.0.0.2",
    "openupgradelib==3.13.7",
)
PATIENCE = 300  # seconds

Upgrade = Callable[[Database], list[str]]
Copy = Callable[[str], Database]


def _setting(name: str) -> str:
    if name not in os.environ:
        pytest.exit(f"{name} is not set: run this suite by `setup/test migration`", 2)
    return os.environ[name]


def _command(addons: str, *arguments: str) -> list[str]:
    odoo = shlex.split(_setting("MIGRATION_ODOO"))
    return [*odoo, f"--addons-path={addons}", *arguments]


@pytest.fixture(scope="session")
def stack() -> Iterator[ExitStack]:
    """Return what is undone at the end."""
    with ExitStack() as exits:
        yield exits


@pytest.fixture(scope="session")
def copy(stack: ExitStack) -> Copy:
    """Return a function that copies a database nobody is connected to."""

    def copy_database(template: str) -> Database:
        name = f"migration_{uuid.uuid4().hex[:10]}"
        with closing(Database("postgres")) as server:
            server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        database = Database(name)

        def drop() -> None:
            database.close()
            with closing(Database("postgres")) as server:
                server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

        stack.callback(drop)
        return database

    return copy_database


@pytest.fixture(scope="session")
def oca(copy: Copy, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the name of a database in which the OCA addon was used."""
    folder = str(tmp_path_factory.mktemp("packages"))
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps")
    subprocess.run([*pip, "--target", folder, *PACKAGES], check=True)
    database = copy(_setting("MIGRATION_TEMPLATE"))
    database.close()  # a template must have no user
    addons = str(Path(folder, "odoo/addons"))
    environment = {**os.environ, "PYTHONPATH": folder}
    modules = "queue_job,queue_job_subscribe"
    script = Path(__file__).with_name("populate.py").read_text()
    for arguments, stdin in (
        (("server", "-i", modules, "--stop-after-init"), ""),
        (("shell",), script),
    ):
        command = _command(addons, *arguments, "-d", database.name, "--no-http")
        subprocess.run(
            command,
            env=environment,
            input=stdin,
            text=True,
            check=True,
            timeout=PATIENCE,
        )
    return database.name


@pytest.fixture(scope="session")
def upgrade() -> Upgrade:
    """Return a function that upgrades a database to our addon; returns the log."""

    def upgrade_database(database: Database) -> list[str]:
        arguments = ("server", "-u", "queue_job", "--stop-after-init", "--no-http")
        done = subprocess.run(
            _command(_setting("MIGRATION_ADDONS"), *arguments, "-d", database.name),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout.splitlines()

    return upgrade_database


@pytest.fixture(scope="session")
def workers(
    stack: ExitStack, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Database], None]:
    """Return a function that starts workers, stopped at the end."""

    def start(database: Database) -> None:
        arguments = ("queue_job", "run", "--workers", "2", "-d", database.name)
        command = _command(_setting("MIGRATION_ADDONS"), *arguments)
        process = Process(command, tmp_path_factory.mktemp("log") / "workers.log")
        stack.callback(process.stop)

    return start
