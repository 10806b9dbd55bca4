# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A job that runs can be stopped: by a user, by its limits."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .harness import Database, Process

Start = Callable[..., Process]


@pytest.mark.parametrize("method", ["sleep_in_database", "spin"])
def test_cancel_a_running_job(database: Database, start: Start, method: str) -> None:
    start("--workers", "1")
    (job_id,) = database.enqueue(method, ["long"], 600)
    database.wait_state(job_id, "started")
    database.value("SELECT queue_job_request_cancel(%s, 'enough')", [job_id])
    database.wait_state(job_id, "cancelled")
    assert database.value("SELECT result FROM queue_job WHERE id = %s", job_id) == (
        "enough"
    )
    assert database.effects() == {}
    (after,) = database.enqueue("note", ["after"])
    database.wait_state(after, "done")
    assert database.rows("SELECT job_id FROM queue_job_lease") == []


def test_cancel_of_jobs_that_end_by_themselves(
    database: Database, start: Start
) -> None:
    """Whoever is first wins; nothing is left half done and no worker is harmed."""
    start("--workers", "2")
    keys = [f"k{number}" for number in range(200)]
    ids = database.enqueue("note", keys)
    while database.counts().get("done", 0) < len(keys):
        database.value("SELECT queue_job_request_cancel(%s, 'race')", ids)
        if database.counts().get("done", 0) + database.counts().get(
            "cancelled", 0
        ) == len(keys):
            break
    counts = database.counts()
    assert counts["done"] + counts.get("cancelled", 0) == len(keys)
    assert sum(database.effects().values()) == counts["done"]


@pytest.mark.parametrize(
    ("column", "limit", "error"),
    [
        ("time_limit", 1, "JobTimeLimitError"),
        ("memory_limit", 1, "JobMemoryLimitError"),
    ],
)
def test_limits_of_the_job_function(
    database: Database, start: Start, column: str, limit: int, error: str
) -> None:
    database.execute(
        "INSERT INTO queue_job_function"
        f" (name, model_id, method, channel_id, channel, {column})"
        " SELECT '<chaos.ledger>.spin', model.id, 'spin', channel.id, 'root', %s"
        "   FROM ir_model AS model, queue_job_channel AS channel"
        "  WHERE model.model = 'chaos.ledger' AND channel.name = 'root'",
        limit,
    )
    start("--workers", "1")
    (job_id,) = database.enqueue("spin", ["long"], 600)
    database.wait_state(job_id, "failed")
    name, message = database.rows(
        "SELECT exc_name, exc_message FROM queue_job WHERE id = %s", job_id
    )[0]
    assert name.endswith(error)
    assert "Raise the limit there" in message
    assert database.effects() == {}
