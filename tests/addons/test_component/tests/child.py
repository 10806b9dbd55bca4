# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Run Odoo in a process of its own, on the database server of the tests."""

from __future__ import annotations

import os
import subprocess
import sys

from odoo.tools import config

#: longest a child may take, in seconds
TIMEOUT = 300


def run_python(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a Python program that finds Odoo, its addons path and the server."""
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(filter(None, sys.path)))
    for option, variable in (
        ("db_host", "PGHOST"),
        ("db_port", "PGPORT"),
        ("db_user", "PGUSER"),
        ("db_password", "PGPASSWORD"),
    ):
        if config[option]:
            environment[variable] = str(config[option])
    environment["ODOO_ADDONS_PATH"] = addons_path()
    return subprocess.run(
        [sys.executable, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )


def addons_path() -> str:
    """Return the addons path of this process, as the command line takes it."""
    return ",".join(config["addons_path"])
