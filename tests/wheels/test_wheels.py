# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The suite gets into an Odoo that exists as wheels, and works there."""

from __future__ import annotations

import base64
import hashlib
import os
import subprocess
import time
import zipfile
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2

from .conftest import Environment, setting

_ADDONS = {
    *("component", "component_event", "queue_job"),
    *("connector", "connector_ecommerce", "connector_example"),
}
_LABEL = "+connector.suite"
_PATIENCE = 60  # seconds
#: Delays a job; prints its uuid and where its addon came from.
_DELAY = """
from odoo.addons import queue_job
partner = env["res.partner"].create({"name": "Wheelwright"})
job = partner.with_delay().write({"ref": "made by a worker"})
env.cr.commit()
print("FOUND", job.uuid, queue_job.__file__)
"""


def test_all_six_come_along(environment: Environment) -> None:
    """Whoever asks for the top of the suite gets what it stands on, of this build."""
    versions = environment.versions()
    assert set(versions) == _ADDONS
    assert {version.endswith(_LABEL) for version in versions.values()} == {True}


def test_an_addon_of_that_name_from_elsewhere_is_left_alone(
    environment: Environment, wheels: Path, tmp_path: Path
) -> None:
    """A newer wheel of the same name, as an index has it, replaces none of ours."""
    _make_wheel(tmp_path, "odoo_addon_component", "19.0.99.0.0")
    before = environment.versions()
    environment.pip(
        *("install", "--upgrade", "--upgrade-strategy=eager"),
        *("--find-links", wheels, "--find-links", tmp_path),
        "odoo-addon-connector_example",
    )
    assert environment.versions() == before


def test_a_job_runs(environment: Environment, database: str) -> None:
    """Addons, commands and workers are found without an addons path."""
    options = ("-d", database, "--stop-after-init", "--no-http")
    log = environment.odoo("server", *options, "-i", "connector_example")
    assert " ERROR " not in log, log
    told = environment.odoo("shell", "-d", database, "--no-http", script=_DELAY)
    [found] = [line for line in told.splitlines() if line.startswith("FOUND")]
    _found, uuid, file = found.split(" ", 2)
    assert Path(file).is_relative_to(environment.folder)
    with _worker(environment, database), _cursor(database) as cursor:
        _wait_done(cursor, uuid)
        cursor.execute("SELECT ref FROM res_partner WHERE name = 'Wheelwright'")
        assert cursor.fetchall() == [("made by a worker",)]


def _make_wheel(folder: Path, name: str, version: str) -> None:
    """Write a wheel that holds nothing."""
    info = f"{name}-{version}.dist-info"
    texts = {
        "METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        "WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = ""
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        for file, text in texts.items():
            path = f"{info}/{file}"
            wheel.writestr(path, text)
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest())
            record += f"{path},sha256={digest.decode().rstrip('=')},{len(text)}\n"
        wheel.writestr(f"{info}/RECORD", f"{record}{info}/RECORD,,\n")


@contextmanager
def _worker(environment: Environment, database: str) -> Any:
    command = [environment.python, setting("WHEELS_ODOO"), "queue_job", "run"]
    with subprocess.Popen(
        [*map(str, command), "-d", database, "--workers", "1"],
        env={**os.environ, "ODOO_RC": setting("WHEELS_CONFIG")},
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


@contextmanager
def _cursor(database: str) -> Any:
    with closing(psycopg2.connect(dbname=database)) as connection:
        connection.set_session(autocommit=True)
        with connection.cursor() as cursor:
            yield cursor


def _wait_done(cursor: Any, uuid: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        cursor.execute("SELECT state, exc_info FROM queue_job WHERE uuid = %s", (uuid,))
        state, error = cursor.fetchone()
        if state == "done":
            return
        assert state in ("pending", "started"), error
        assert time.monotonic() < deadline, f"the job is {state}"
        time.sleep(0.1)
