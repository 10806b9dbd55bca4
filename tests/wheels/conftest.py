# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An Odoo that exists, in an environment of its own, and the wheels in it.

``ODOO_PATH`` is where its package is and ``WHEELS_ODOO`` its script; ``WHEELS_CONFIG``
a configuration file without an addons path, and ``WHEELS_TEMPLATE`` a database with the
modules of Odoo that the suite depends on. ``setup/test wheels`` sets all of them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import uuid
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest

ROOT = Path(__file__).resolve().parents[2]


def setting(name: str) -> str:
    """Return an environment variable of this suite; without it nothing is run."""
    if name not in os.environ:
        pytest.exit(f"{name} is not set: run this suite by `setup/test wheels`", 2)
    return os.environ[name]


@dataclass(frozen=True)
class Environment:
    """A virtual environment with Odoo and what Odoo needs, and nothing of ours."""

    folder: Path

    @property
    def python(self) -> Path:
        """Return its interpreter."""
        return self.folder / "bin/python"

    def pip(self, *arguments: str | Path) -> str:
        """Run pip for it, without an index."""
        pip = [sys.executable, "-m", "pip", "--python", self.python]
        return run(*pip, *arguments, PIP_NO_INDEX="1", PIP_CONFIG_FILE=os.devnull)

    def versions(self) -> dict[str, str]:
        """Return the versions of the addons that are installed in it."""
        found = json.loads(self.pip("list", "--format=json"))
        return {
            package["name"].removeprefix("odoo-addon-"): package["version"]
            for package in found
            if package["name"].startswith("odoo-addon-")
        }

    def odoo(self, *arguments: str, script: str | None = None) -> str:
        """Run an Odoo command in it; return what it wrote.

        :param script: its standard input
        """
        command = [self.python, setting("WHEELS_ODOO"), *arguments]
        return run(*command, script=script, ODOO_RC=setting("WHEELS_CONFIG"))


def run(*command: str | Path, script: str | None = None, **variables: str) -> str:
    """Run a command that must succeed; return what it wrote."""
    done = subprocess.run(
        list(map(str, command)),
        env={**os.environ, **variables},
        input=script or "",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if script is None else None,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the wheels of this clone."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, ROOT / "setup/lib/wheels.py", folder)
    return folder


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory, wheels: Path) -> Environment:
    """Return an environment in which the suite was installed by naming its top."""
    folder = tmp_path_factory.mktemp("venv")
    run(sys.executable, "-m", "venv", "--without-pip", folder)
    result = Environment(folder)
    site = folder / Path(sysconfig.get_path("purelib")).relative_to(sys.prefix)
    known = [path for path in sys.path if path.endswith("-packages")]
    (site / "odoo.pth").write_text("\n".join([*known, setting("ODOO_PATH"), ""]))
    # A checkout tells pip nothing, Debian's package asks for what Odoo does not need.
    metadata = site / "odoo-19.0.dist-info/METADATA"
    metadata.parent.mkdir()
    metadata.write_text("Metadata-Version: 2.1\nName: odoo\nVersion: 19.0\n")
    result.pip("install", "--find-links", wheels, "odoo-addon-connector_example")
    return result


@pytest.fixture
def database() -> Iterator[str]:
    """Return the name of a fresh database, dropped at the end."""
    name = f"wheels_{uuid.uuid4().hex[:10]}"
    with closing(psycopg2.connect(dbname="postgres")) as admin:
        admin.set_session(autocommit=True)
        with admin.cursor() as cursor:
            template = setting("WHEELS_TEMPLATE")
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
            try:
                yield name
            finally:
                cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
