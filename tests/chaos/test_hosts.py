# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Several hosts: the leader dies, one is cut off, clocks differ, a proxy hangs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from .cluster import Cluster
from .conftest import Databases
from .harness import Database, Process
from .network import GATEWAY, Host, Proxy, network

GATE = 4715
KEYS = [f"k{number}" for number in range(100)]
Spawn = Callable[..., Process]

#: Shifts every clock that tells a Python process the date, at its start.
_SHIFTED_CLOCK = """
import datetime
import os
import time
import freezegun
shift = float(os.environ["CHAOS_CLOCK_SHIFT"])
right = time.clock_gettime
time.clock_gettime = lambda clock: right(clock) + (
    shift if clock == time.CLOCK_REALTIME else 0
)
now = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
freezegun.freeze_time(now + datetime.timedelta(seconds=shift), tick=True).start()
"""


@pytest.fixture
def hosts() -> Iterator[list[Host]]:
    """Return two hosts that reach the cluster over a switch."""
    with network(2) as hosts:
        yield hosts


def _run_workers(
    spawn: Spawn, database: Database, *arguments: str, host: str, **options: object
) -> Process:
    """Start dedicated workers that reach the private server at an address."""
    server = database.server
    connection = (
        *("--db_host", host, "--db_port", server["port"]),
        *("--db_user", server["user"]),
    )
    command = ("queue_job", "run", "-d", database.name, *connection)
    return spawn(*command, *arguments, **options)


def test_silent_host(
    databases: Databases, cluster: Cluster, hosts: list[Host], spawn: Spawn
) -> None:
    """Its jobs run elsewhere within seconds, and what it did is not committed."""
    database = databases.create(cluster)
    silent, other = hosts
    one = ("--workers", "1")
    _run_workers(spawn, database, *one, host=GATEWAY, before=silent.inside)
    with database.gate(GATE):
        (job_id,) = database.enqueue("note_behind_gate", ["cut off"], GATE)
        database.wait_at(GATE)
        _run_workers(spawn, database, *one, host=GATEWAY, before=other.inside)
        database.wait_idle()
        silent.cut_off()
        with database.recovering():
            database.until(lambda: database.retries(job_id) == 1, "the rescue")
        database.wait_state(job_id, "started")
    database.wait_state(job_id, "done")
    silent.reconnect()
    database.enqueue("note", KEYS)
    database.wait_all("done", len(KEYS) + 1)


def test_killed_leader(database: Database, spawn: Spawn) -> None:
    """Workers of another host go on while nobody leads, and somebody leads soon."""
    run = ("queue_job", "run", "-d", database.name, "--workers", "1")
    leader = spawn(*run)
    database.until(lambda: database.leader(), "a leader")
    spawn(*run)
    database.until(
        lambda: database.value("SELECT count(*) FROM queue_job_worker") == 2, "both"
    )
    database.execute("UPDATE queue_job_channel SET capacity = 1 WHERE name = 'root'")
    database.enqueue("note", [f"k{number}" for number in range(1500)])
    database.wait_all("done", 100)
    first = database.leader()
    leader.kill()
    database.until(lambda: database.leader() not in (None, first), "another leader")
    database.wait_all("done", 1500)
    database.recovery = database.value(
        "SELECT max(gap) FROM (SELECT date_start - lag(date_end) OVER"
        " (ORDER BY date_start) AS gap FROM chaos_ledger) AS gaps"
    )


def test_clocks_an_hour_apart(
    databases: Databases, spawn: Spawn, tmp_path: Path
) -> None:
    """What is due is told by PostgreSQL's clock, whoever delays and whoever runs."""
    database = databases.create()
    (tmp_path / "sitecustomize.py").write_text(_SHIFTED_CLOCK)
    database.execute("UPDATE queue_job_channel SET capacity = 1 WHERE name = 'root'")
    database.enqueue("delay_soon", KEYS[:20])
    database.enqueue("retry_until", KEYS[20:40], 2)
    for shift in ("3600", "-3600"):
        spawn(
            *("queue_job", "run", "-d", database.name, "--workers", "1"),
            PYTHONPATH=str(tmp_path),
            CHAOS_CLOCK_SHIFT=shift,
        )
    database.wait_all("done", 60)
    # They were delayed by two seconds, and times are stored in whole seconds.
    early = database.rows(
        "SELECT key FROM chaos_ledger WHERE key LIKE '%% soon' AND date_start < ("
        "   SELECT parent.date_end + 1 FROM chaos_ledger AS parent"
        "    WHERE parent.key || ' soon' = chaos_ledger.key)"
    )
    assert early == []


def test_hanging_proxy(databases: Databases, cluster: Cluster, spawn: Spawn) -> None:
    """A control connection that is neither alive nor dead strands no job."""
    database = databases.create(cluster)
    server = database.server
    proxy = Proxy(server["host"], server["port"])
    try:
        one = ("--workers", "1")
        hanging = _run_workers(
            spawn,
            database,
            *one,
            host=server["host"],
            ODOO_QUEUE_JOB_JOBRUNNER_DB_HOST="127.0.0.1",
            ODOO_QUEUE_JOB_JOBRUNNER_DB_PORT=proxy.port,
        )
        database.enqueue("noop", ["teaches the worker to take some ahead"] * 200)
        database.wait_all("done", 200)
        database.execute("UPDATE queue_job_channel SET paused = true")
        with database.gate(GATE):
            (slow,) = database.enqueue("note_behind_gate", ["slow"], GATE)
            database.enqueue("note", KEYS)
            database.execute("UPDATE queue_job_channel SET paused = false")
            database.wait_at(GATE)
            proxy.hang()
        database.wait_state(slow, "done")
        _run_workers(spawn, database, *one, host=server["host"])
        with database.recovering():
            database.wait_all("done", 201 + len(KEYS))
        assert psutil.pid_exists(hanging.process.pid)
    finally:
        proxy.close()
