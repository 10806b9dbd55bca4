# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Databases and modules change while jobs run."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .cluster import Cluster
from .conftest import Databases
from .harness import PATIENCE, Database, Process

KEYS = [f"k{number}" for number in range(100)]
GATE = 4717
Spawn = Callable[..., Process]


def test_one_of_two_databases_dropped(
    databases: Databases, cluster: Cluster, spawn: Spawn
) -> None:
    """Workers of all databases of a server; one goes, later another one comes."""
    kept, dropped = databases.create(cluster), databases.create(cluster)
    workers = _serve_all(spawn, cluster)
    for database in (kept, dropped):
        database.enqueue("note", KEYS)
    kept.wait_all("done", 10)
    dropped.wait_all("done", 10)
    databases.drop(dropped)
    done = kept.counts()["done"]
    with kept.recovering():
        kept.enqueue("note", KEYS)
        kept.wait_all("done", done + 10)
    kept.wait_all("done", 2 * len(KEYS))
    new = databases.create(cluster)
    new.enqueue("note", KEYS)
    new.wait_all("done", len(KEYS))
    assert workers.process.poll() is None


def test_started_before_postgresql(
    databases: Databases, cluster: Cluster, spawn: Spawn
) -> None:
    database = databases.create(cluster)
    cluster.stop("fast")
    workers = _serve_all(spawn, cluster)
    workers.wait_log("no database yet")
    cluster.start()
    database.reconnect()
    with database.recovering():
        database.enqueue("note", KEYS)
        database.wait_all("done", len(KEYS))
    assert workers.process.poll() is None


def _serve_all(spawn: Spawn, cluster: Cluster) -> Process:
    server = cluster.server
    return spawn(
        *("queue_job", "run", "--workers", "2", "--db_host", server["host"]),
        *("--db_port", server["port"], "--db_user", server["user"]),
    )


@pytest.mark.parametrize("module", ["queue_job_chaos", "queue_job"])
def test_upgrade_while_running(
    database: Database, spawn: Spawn, start: Spawn, module: str
) -> None:
    """Those that run end, and all goes on by itself."""
    workers = start("--workers", "2")
    with database.gate(GATE):
        (slow,) = database.enqueue("note_behind_gate", ["slow"], GATE)
        database.wait_at(GATE)
        upgrade = spawn(
            *("server", "-d", database.name, "-u", module),
            *("--stop-after-init", "--no-http"),
        )
        upgrade.wait_log(f"Loading module {module}")
        database.enqueue("note", KEYS)
    assert upgrade.process.wait(PATIENCE) == 0, upgrade.log.read_text()
    with database.recovering():
        database.wait_all("done", 2)
    database.wait_all("done", len(KEYS) + 1)
    assert database.state(slow) == "done"
    assert workers.process.poll() is None


def test_registry_reloaded_while_running(database: Database, start: Spawn) -> None:
    """As after the change of a field in another process, again and again."""
    start("--workers", "2")
    for number in range(4):
        database.enqueue("note", [f"{key} {number}" for key in KEYS])
        database.execute("INSERT INTO orm_signaling_registry DEFAULT VALUES")
    database.wait_all("done", 4 * len(KEYS))
