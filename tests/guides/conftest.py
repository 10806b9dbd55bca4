# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Addons that a guide makes, installed in a database of their own.

``GUIDES_ODOO`` is the command that runs Odoo, without its name; ``GUIDES_ADDONS`` the
path of the addons, ``GUIDES_CONFIG`` a configuration file, ``GUIDES_TEMPLATE`` a
database with ``connector`` installed and ``GUIDES_SUITE`` one with all of the suite.
``setup/test guides`` sets all of them.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2
import pytest

SUMMARY = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests")


def setting(name: str) -> str:
    """Return an environment variable of this suite; without it nothing is run."""
    if name not in os.environ:
        pytest.exit(f"{name} is not set: run this suite by `setup/test guides`", 2)
    return os.environ[name]


@pytest.fixture
def odoo() -> Callable[..., str]:
    """Return a function that runs an Odoo command and returns what it wrote."""

    def run(command: str, *arguments: str, folder: Path | None = None) -> str:
        addons = ",".join(filter(None, (setting("GUIDES_ADDONS"), str(folder or ""))))
        program = shlex.split(setting("GUIDES_ODOO"))
        done = subprocess.run(
            [*program, f"--addons-path={addons}", command, *arguments],
            capture_output=True,
            text=True,
        )
        output = done.stdout + done.stderr
        assert done.returncode == 0, output
        return output

    return run


@contextmanager
def copied(template: str) -> Iterator[str]:
    """Yield the name of a fresh copy of a database, which is dropped at the end."""
    name = f"guides_{uuid.uuid4().hex[:10]}"
    with closing(psycopg2.connect(dbname="postgres")) as admin:
        admin.set_session(autocommit=True)
        with admin.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
            try:
                yield name
            finally:
                cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def database() -> Iterator[str]:
    """Return the name of a fresh database, dropped at the end."""
    with copied(setting("GUIDES_TEMPLATE")) as name:
        yield name


@pytest.fixture
def install(odoo: Callable[..., str], database: str) -> Callable[[Path], int]:
    """Return a function that installs an addon and runs its tests, all of which pass.

    It returns how many there are.
    """

    def install_addon(addon: Path) -> int:
        way = "-u" if (addon / ".installed").exists() else "-i"
        output = odoo(
            "server",
            *("-c", setting("GUIDES_CONFIG"), "-d", database, way, addon.name),
            *("--test-tags", f"/{addon.name}", "--stop-after-init", "--no-http"),
            folder=addon.parent,
        )
        (addon / ".installed").touch()
        failed, errors, count = map(int, SUMMARY.findall(output)[-1])
        problems = [line for line in output.splitlines() if " ERROR " in line]
        assert (failed, errors, problems) == (0, 0, []), output
        return count

    return install_addon
