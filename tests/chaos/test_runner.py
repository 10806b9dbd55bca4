# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The job runner under its traditional names, in processes of its own."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .harness import Database, Process

KEYS = [f"k{number}" for number in range(20)]
_ADDON = Path(__file__).parents[2] / "queue_job"

_THREAD = """
import signal, sys
from odoo.tools import config
config.parse_config(sys.argv[1:], setup_logging=True)
from odoo.addons.queue_job.jobrunner import QueueJobRunnerThread
thread = QueueJobRunnerThread()
signal.signal(signal.SIGTERM, lambda *_: thread.stop())
thread.start()
thread.join()
"""
_WORKER = """
import os, signal, sys
from odoo.tools import config
config.parse_config(sys.argv[1:], setup_logging=True)
from odoo.addons.queue_job.jobrunner import WorkerJobRunner
from odoo.service.server import PreforkServer
server = PreforkServer(None)
worker = server.worker_spawn(WorkerJobRunner, {})
signal.signal(signal.SIGTERM, lambda *_: os.kill(worker.pid, signal.SIGINT))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(worker.pid, 0)[1]))
"""
_SUBCLASS = """
import sys
from odoo.tools import config
config.parse_config(sys.argv[1:], setup_logging=True)
from odoo.addons.queue_job.jobrunner import QueueJobRunner
class Runner(QueueJobRunner):
    def get_db_names(self):
        return ["{database}"]
sys.exit(Runner(channel_config_string="root:3").run())
"""


@pytest.fixture
def run_python(database: Database, tmp_path: Path) -> Iterator[Callable[..., Process]]:
    """Return a function that runs Python where the addon is found as if installed."""
    python, *options = shlex.split(os.environ["CHAOS_ODOO"])
    options = [option for option in options if option.startswith("-") and "=" in option]
    addons = tmp_path / "odoo" / "addons"
    addons.mkdir(parents=True)
    (addons / "queue_job").symlink_to(_ADDON)
    started: list[Process] = []

    def run(*arguments: str, name: str = database.name) -> Process:
        command = ["env", f"PYTHONPATH={tmp_path}", python, *arguments]
        process = Process([*command, *options, "-d", name], tmp_path / "runner.log")
        started.append(process)
        return process

    yield run
    for process in started:
        if process.process.poll() is None:
            process.kill()


def _check(database: Database, process: Process, mode: str) -> None:
    """Let the runner run jobs and stop it in order."""
    database.enqueue("note", KEYS)
    database.wait_all("done", len(KEYS))
    assert database.effects() == dict.fromkeys(KEYS, 1)
    modes = {name for (name,) in database.rows("SELECT mode FROM queue_job_worker")}
    assert modes == {mode}
    assert process.stop() == 0, process.log.read_text()
    assert not database.rows("SELECT id FROM queue_job_worker")


def test_module(database: Database, run_python: Callable[..., Process]) -> None:
    process = run_python("-m", "odoo.addons.queue_job.jobrunner")
    _check(database, process, "dedicated")


def test_thread(database: Database, run_python: Callable[..., Process]) -> None:
    _check(database, run_python("-c", _THREAD), "thread")


def test_worker_of_a_prefork_server(
    database: Database, run_python: Callable[..., Process]
) -> None:
    _check(database, run_python("-c", _WORKER), "thread")


def test_runner_that_says_which_databases(
    database: Database, run_python: Callable[..., Process]
) -> None:
    script = _SUBCLASS.format(database=database.name)
    process = run_python("-c", script, name="postgres")
    _check(database, process, "dedicated")
    capacity = "SELECT capacity FROM queue_job_lane WHERE name = 'root'"
    assert database.value(capacity) == 3
