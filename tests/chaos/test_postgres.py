# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""PostgreSQL crashes, restarts, runs out of connections, forgets to notify."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress

import psycopg2
import pytest

from .cluster import Cluster
from .conftest import Databases
from .harness import Database, Process

KEYS = [f"k{number}" for number in range(400)]
Spawn = Callable[..., Process]


@pytest.fixture
def elsewhere(databases: Databases, cluster: Cluster) -> Iterator[Database]:
    """Return a database on the private server."""
    yield databases.create(cluster)


def _start(spawn: Spawn, database: Database, *arguments: str) -> Process:
    server = database.server
    return spawn(
        *("queue_job", "run", "-d", database.name, *arguments),
        *("--db_host", server["host"], "--db_port", server["port"]),
        *("--db_user", server["user"]),
    )


@pytest.mark.parametrize("mode", ["immediate", "fast"])
def test_stop_and_start(
    elsewhere: Database, cluster: Cluster, spawn: Spawn, mode: str
) -> None:
    """By a crash or in order, in the middle of the work."""
    workers = _start(spawn, elsewhere, "--workers", "2")
    elsewhere.enqueue("note", KEYS)
    elsewhere.wait_all("done", 50)
    cluster.stop(mode)
    cluster.start()
    elsewhere.reconnect()
    done = elsewhere.counts()["done"]
    with elsewhere.recovering():
        elsewhere.wait_all("done", done + 1)
    elsewhere.wait_all("done", len(KEYS))
    assert workers.process.poll() is None, "the same processes go on"


def test_no_connection_left(elsewhere: Database, spawn: Spawn) -> None:
    """All are taken by others for a while, and the workers lose theirs."""
    _start(spawn, elsewhere, "--workers", "2")
    elsewhere.enqueue("note", KEYS[:100])
    elsewhere.wait_all("done", 20)
    with ExitStack() as taken:
        while elsewhere.value(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = %s AND pid <> pg_backend_pid()"
            "   AND application_name <> 'chaos'",
            elsewhere.name,
        ):
            with suppress(psycopg2.OperationalError):
                taken.callback(elsewhere.connect("chaos").close)
            elsewhere.terminate("queue_job%")
            elsewhere.terminate("odoo%")
        elsewhere.enqueue("note", KEYS[100:200])
        assert elsewhere.counts()["pending"] >= 100
    with elsewhere.recovering():
        elsewhere.wait_all("done", 100)
    elsewhere.wait_all("done", 200)


def test_pool_of_the_process_exhausted(database: Database, spawn: Spawn) -> None:
    """More worker threads than Odoo's pool has connections."""
    database.enqueue("note", KEYS[:200])
    spawn(
        *("server", "-d", database.name, "--workers", "0", "--no-http"),
        *("--load", "base,web,queue_job", "--max-cron-threads", "0"),
        *("--db_maxconn", "2"),
        ODOO_QUEUE_JOB_WORKERS="6",
    )
    database.execute("UPDATE queue_job_channel SET capacity = 6 WHERE name = 'root'")
    database.wait_all("done", 200)


def test_lost_notification(database: Database, start: Spawn) -> None:
    """A worker that nobody woke finds the job when it looks by itself."""
    start("--workers", "1")
    database.wait_idle()
    with database.recovering():
        database.enqueue("note", KEYS[:1], wake=False)
        database.wait_all("done", 1)


def test_old_transaction(database: Database, start: Spawn) -> None:
    """A snapshot held all the while, as by a report that runs for hours."""
    report = database.connect()
    report.set_session(isolation_level="REPEATABLE READ", autocommit=False)
    with report.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM queue_job")
        start("--workers", "2")
        database.enqueue("note", KEYS)
        database.wait_all("done", len(KEYS))
    report.close()


def test_backlog(database: Database, start: Spawn) -> None:
    """Behind 100,000 jobs of a closed channel others run as ever."""
    database.execute(
        "INSERT INTO queue_job_channel (name, complete_name, parent_id, capacity,"
        " throttle, removal_interval, paused)"
        " SELECT 'closed', 'root.closed', id, 1, 0, 30, true"
        " FROM queue_job_channel WHERE name = 'root'"
    )
    database.enqueue_many(100_000, channel="root.closed")
    start("--workers", "2")
    database.enqueue("note", KEYS)
    with database.recovering():
        database.wait_all("done", len(KEYS))
