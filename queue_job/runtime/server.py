# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Workers beside a server that loads ``queue_job`` (``--load=base,web,queue_job``).

The only module that knows how Odoo's servers start and stop. It patches nothing:
``post_load`` runs once in the server's process before the server starts, a prefork
server gets a supervisor process (started the way Odoo starts its own gevent process),
a threaded server gets threads, and ``CommonServer.on_stop`` ends both.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

import psutil

import odoo
import odoo.cli
from odoo.service.server import CommonServer
from odoo.tools import config
from odoo.tools.misc import stripped_sys_argv

from . import logs
from .databases import Databases
from .settings import Settings, read_settings
from .threads import WorkerThreads

_logger = logging.getLogger(__name__)

#: Survives the server's re-execution on SIGHUP, which keeps its process id.
_PID_VARIABLE: Final = "ODOO_QUEUE_JOB_SUPERVISOR_PID"


def start_with_server() -> None:
    """Start workers when a server starts that is meant to run jobs (``post_load``)."""
    if not _is_serving():
        return
    try:
        settings = read_settings()
    except ValueError as error:
        _logger.error(
            "no job runs beside this server: %s Correct the section [queue_job] of "
            "the configuration file, or the variables ODOO_QUEUE_JOB_*, and restart.",
            error,
        )
        return
    logs.configure(settings.log_format)
    if settings.is_disabled:
        _logger.info("root:0 is configured: no job runs beside this server")
        return
    if config["workers"]:
        _start_supervisor()
    else:
        _start_threads(settings)


def _is_serving() -> bool:
    return (
        odoo.cli.COMMAND == "server"
        and not odoo.evented
        and not config["stop_after_init"]
        and not config["test_enable"]
        and "queue_job" in config["server_wide_modules"]
    )


def _start_supervisor() -> None:
    _stop_previous_supervisor()
    arguments = [
        argument
        for argument in stripped_sys_argv("--workers", "--load")[1:]
        if argument != "server"
    ]
    # Odoo finds commands of addons by this first argument alone.
    addons_path = "--addons-path=" + ",".join(config["addons_path"])
    command = [*_odoo_command(), addons_path, "queue_job", "run", "--beside-server"]
    process = subprocess.Popen([*command, *arguments])
    os.environ[_PID_VARIABLE] = str(process.pid)
    CommonServer.on_stop(lambda: _stop_process(process.pid))
    _logger.info("queue job runner starting as process %s", process.pid)


def _odoo_command() -> list[str]:
    """Return how this server was started: by a script, or by ``python -m odoo``."""
    if Path(sys.argv[0]).name == "__main__.py":
        return [sys.executable, "-m", "odoo"]
    return [sys.executable, sys.argv[0]]


def _stop_previous_supervisor() -> None:
    if pid := os.environ.pop(_PID_VARIABLE, None):
        _stop_process(int(pid))


def _stop_process(pid: int) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        if psutil.Process(pid).ppid() == os.getpid():
            os.kill(pid, signal.SIGTERM)


def _start_threads(settings: Settings) -> None:
    threads = WorkerThreads(Databases(), settings)
    threads.start()

    def stop() -> None:
        threads.stop()
        threads.join()

    CommonServer.on_stop(stop)
