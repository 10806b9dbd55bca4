# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A copy of a database keeps still and shares no identifier with its original."""

from __future__ import annotations

from collections.abc import Callable

from .harness import PATIENCE, Database, Process

Spawn = Callable[..., Process]


def test_neutralized_copy_runs_no_job_until_told_to(
    database: Database, spawn: Spawn, start: Spawn
) -> None:
    ids = database.enqueue("note", ["a", "b"])
    database.execute("UPDATE queue_job SET graph_uuid = 'g'")
    database.execute("UPDATE queue_job SET state = 'started' WHERE id = %s", ids[0])
    uuids = database.rows("SELECT uuid FROM queue_job")
    copying = spawn("neutralize", "-d", database.name)
    assert copying.process.wait(PATIENCE) == 0, copying.log.read_text()
    assert not set(uuids) & set(database.rows("SELECT uuid FROM queue_job"))
    (graph,) = database.rows("SELECT DISTINCT graph_uuid FROM queue_job")
    assert graph != ("g",)
    # Even workers whose file opens the root channel let the jobs be.
    start("--workers", "1", "--channels", "root:4")
    database.until(
        lambda: database.rows("SELECT queue_job_idle()"),
        "the worker to find nothing to do",
    )
    assert database.counts() == {"pending": 2}
    database.execute("UPDATE queue_job_channel SET paused = false")
    database.wait_all("done", 2)
