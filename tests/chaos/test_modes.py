# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One engine, three ways to run it: cron alone, beside the server, dedicated."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable

import psycopg2
import pytest

from .harness import Database, Process

Spawn = Callable[..., Process]
KEYS = [f"k{number}" for number in range(40)]
GATE = 4718


def _free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def _serve(spawn: Spawn, database: Database, *arguments: str) -> Process:
    ports = ("--http-port", _free_port(), "--gevent-port", _free_port())
    crons = ("--max-cron-threads", "1")
    return spawn("server", "-d", database.name, *ports, *crons, *arguments)


@pytest.mark.parametrize(
    ("mode", "arguments"),
    [
        ("prefork", ("--load", "base,web,queue_job", "--workers", "2")),
        ("thread", ("--load", "base,web,queue_job", "--workers", "0")),
    ],
)
def test_workers_beside_the_server(
    database: Database, spawn: Spawn, mode: str, arguments: tuple[str, ...]
) -> None:
    server = _serve(spawn, database, *arguments)
    database.until(
        lambda: database.rows(
            "SELECT mode FROM queue_job_worker WHERE id IN (SELECT queue_job_idle())"
        ),
        "a worker beside the server",
    )
    assert {name for (name,) in database.rows("SELECT mode FROM queue_job_worker")} == {
        mode
    }
    database.enqueue("note", KEYS)
    database.wait_all("done", len(KEYS))
    assert database.effects() == dict.fromkeys(KEYS, 1)
    server.signal(signal.SIGTERM)
    database.until(
        lambda: not database.rows("SELECT id FROM queue_job_worker"),
        "the workers to leave with the server",
    )
    server.stop()


def test_cron_runs_jobs_where_nothing_is_configured(
    database: Database, spawn: Spawn
) -> None:
    database.enqueue("note", KEYS)
    _serve(spawn, database, "--workers", "0")
    # Notified again and again: when the server begins to listen cannot be seen.
    database.until(
        lambda: _trigger_cron(database) or database.counts().get("done") == len(KEYS),
        "the cron to run the jobs",
    )
    assert database.effects() == dict.fromkeys(KEYS, 1)


def test_cron_runs_jobs_side_by_side(database: Database, spawn: Spawn) -> None:
    """As many as workers are configured, two by default, and retries soon."""
    with database.gate(GATE):
        database.enqueue("note_behind_gate", KEYS[:2], GATE)
        (again,) = database.enqueue("retry_until", KEYS[2:3], 3)
        _serve(spawn, database, "--workers", "0")
        database.until(
            lambda: database.waiting_at(GATE) == 2 or _trigger_cron(database),
            "two jobs at the gate",
        )
    with database.recovering():
        database.wait_state(again, "done")
    database.wait_all("done", 3)


def _trigger_cron(database: Database) -> None:
    """Do what an enqueuing transaction does when no worker serves the database."""
    database.execute(
        "INSERT INTO ir_cron_trigger (cron_id, call_at)"
        " SELECT res_id, now() AT TIME ZONE 'UTC' FROM ir_model_data"
        " WHERE module = 'queue_job' AND name = 'ir_cron_queue_job'"
    )
    connection = psycopg2.connect(dbname="postgres")
    connection.set_session(autocommit=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify('cron_trigger', %s)", (database.name,))
    connection.close()
