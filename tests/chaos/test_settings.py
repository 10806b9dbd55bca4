# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Settings that cannot be read: one clear error, and what can go on goes on."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest

from .harness import PATIENCE, Database, Process

Spawn = Callable[..., Process]


def _free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@pytest.mark.parametrize(
    ("variable", "text", "error"),
    [
        ("CHANNELS", "root:4,shop:-1", "Channel 'shop:-1': capacity '-1' is not a"),
        ("CHANNELS", "root:4,shop:1:thorttle=2", "did you mean 'throttle'?"),
        ("WORKERS", "-1", "'-1' is not a number of workers"),
    ],
)
def test_command_says_what_is_wrong(
    database: Database,
    spawn: Spawn,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    text: str,
    error: str,
) -> None:
    monkeypatch.setenv(f"ODOO_QUEUE_JOB_{variable}", text)
    process = spawn("queue_job", "run", "-d", database.name)
    assert process.process.wait(PATIENCE) == 1
    log = process.log.read_text()
    assert error in log
    assert "Traceback" not in log


def test_server_serves_without_jobs(
    database: Database, spawn: Spawn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ODOO_QUEUE_JOB_CHANNELS", "root:x")
    port = _free_port()
    server = spawn(
        *("server", "-d", database.name, "--load", "base,web,queue_job"),
        *("--http-port", port, "--max-cron-threads", "0"),
    )
    database.until(lambda: _answers(port), "the server to answer")
    log = server.log.read_text()
    assert log.count("no job runs beside this server: Channel 'root:x'") == 1
    assert "Traceback" not in log
    assert database.rows("SELECT id FROM queue_job_worker") == []


def _answers(port: str) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(port))) == 0
