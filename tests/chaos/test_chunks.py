# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Jobs that commit while they run: each chunk is applied once, whatever happens."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

import pytest

from .harness import Database, Process

Start = Callable[..., Process]
GATE, LATER_GATE = 4721, 4722
LAST = 8
CHUNKS = {f"k {number}": 1 for number in range(1, LAST + 1)}
ONCE = {**CHUNKS, "k": 1}


def _row(database: Database, job_id: int, *columns: str) -> tuple[Any, ...]:
    names = ", ".join(columns)
    return database.rows(f"SELECT {names} FROM queue_job WHERE id = %s", job_id)[0]


def _requeue(database: Database, job_id: int) -> None:
    database.execute("UPDATE queue_job SET state = 'pending' WHERE id = %s", job_id)
    database.value("SELECT queue_job_wake()")


def _configure(database: Database, method: str, **columns: Any) -> None:
    names = ", ".join(columns)
    database.execute(
        "INSERT INTO queue_job_function"
        f" (name, model_id, method, channel_id, channel, {names})"
        " SELECT '<chaos.ledger>.' || %s, model.id, %s, channel.id, 'root', "
        + ", ".join(["%s"] * len(columns))
        + " FROM ir_model AS model, queue_job_channel AS channel"
        "  WHERE model.model = 'chaos.ledger' AND channel.name = 'root'",
        *(method, method, *columns.values()),
    )


def _wait_at_gate(database: Database, gate: int = GATE) -> None:
    database.until(lambda: database.waiting_at(gate) == 1, "the job at its gate")


@pytest.mark.parametrize("method", ["count_to", "count_by_hand"])
def test_killed_between_chunks(database: Database, start: Start, method: str) -> None:
    start("--workers", "2")
    with database.gate(GATE):
        (job_id,) = database.enqueue(method, ["k"], LAST, {"4": GATE})
        _wait_at_gate(database)
        position, pid = _row(database, job_id, "position", "worker_pid")
        assert position == 3
        os.kill(pid, signal.SIGKILL)
        database.until(lambda: _row(database, job_id, "retry") == (1,), "the rescue")
    database.wait_state(job_id, "done")
    assert database.effects() == ONCE


def test_sigterm_ends_after_the_chunk(database: Database, start: Start) -> None:
    workers = start("--workers", "1")
    with database.gate(GATE):
        (job_id,) = database.enqueue("count_to", ["k"], LAST, {"4": GATE})
        _wait_at_gate(database)
        workers.signal(signal.SIGTERM)
    assert workers.stop() == 0
    assert _row(database, job_id, "state", "position", "retry") == ("pending", 4, 0)
    assert database.rows("SELECT job_id FROM queue_job_lease") == []
    start("--workers", "1")
    database.wait_state(job_id, "done")
    assert database.effects() == ONCE


def test_paused_channel_gets_its_job_back(database: Database, start: Start) -> None:
    start("--workers", "1")
    pause = "UPDATE queue_job_channel SET paused = %s WHERE name = 'root'"
    with database.gate(GATE):
        (job_id,) = database.enqueue("count_to", ["k"], LAST, {"4": GATE})
        _wait_at_gate(database)
        database.execute(pause, True)
    database.wait_state(job_id, "pending")
    assert _row(database, job_id, "position", "retry") == (4, 0)
    database.execute(pause, False)
    database.wait_state(job_id, "done")
    assert database.effects() == ONCE


def test_cancelled_between_chunks_goes_on_when_requeued(
    database: Database, start: Start
) -> None:
    start("--workers", "1")
    with database.gate(GATE):
        (job_id,) = database.enqueue("count_to", ["k"], LAST, {"4": GATE})
        _wait_at_gate(database)
        database.value("SELECT queue_job_request_cancel(%s, 'enough')", [job_id])
        database.wait_state(job_id, "cancelled")
    assert _row(database, job_id, "position") == (3,)
    _requeue(database, job_id)
    database.wait_state(job_id, "done")
    assert database.effects() == ONCE


def test_attempts_that_get_on_do_not_use_up_the_retries(
    database: Database, start: Start
) -> None:
    start("--workers", "1")
    (job_id,) = database.enqueue("count_and_stumble", ["k"], LAST, max_retries=2)
    database.wait_state(job_id, "done")
    assert database.effects() == ONCE


def test_each_chunk_has_the_time_limit_for_itself(
    database: Database, start: Start
) -> None:
    """Five chunks take longer than the limit; the one that hangs is stopped."""
    _configure(
        database,
        "count_slowly",
        time_limit=2,
        retry_on="JobTimeLimitError",
        retry_pattern='{"1": 0}',
    )
    start("--workers", "1")
    (job_id,) = database.enqueue("count_slowly", ["k"], LAST, 0.8)
    database.wait_state(job_id, "done")
    assert database.effects() == ONCE
    outcomes = database.rows("SELECT outcome FROM queue_job_attempt ORDER BY id")
    assert outcomes == [("retried",), ("done",)]


@pytest.mark.parametrize("method", ["count_to", "count_by_hand"])
def test_worker_that_lost_the_job_commits_no_chunk(
    database: Database, start: Start, method: str
) -> None:
    start("--workers", "2")
    with database.gate(LATER_GATE):
        with database.gate(GATE):
            gates = {"4": GATE, "5": LATER_GATE}
            (job_id,) = database.enqueue(method, ["k"], LAST, gates)
            _wait_at_gate(database)
            # What the rescue does when it takes a worker for dead.
            database.execute(
                "UPDATE queue_job SET attempt = NULL WHERE id = %s", job_id
            )
            _requeue(database, job_id)
            database.until(lambda: database.waiting_at(GATE) == 2, "the second attempt")
        _wait_at_gate(database, LATER_GATE)
        assert database.effects() == {f"k {number}": 1 for number in range(1, 5)}
    database.wait_state(job_id, "done")
    assert database.effects() == ONCE


def test_killed_job_that_commits_by_itself(database: Database, start: Start) -> None:
    """What it committed is done again; its last part is committed with its end."""
    _configure(database, "commit_behind_gate", allow_commit=True)
    start("--workers", "2")
    with database.gate(GATE):
        (job_id,) = database.enqueue("commit_behind_gate", ["k"], GATE)
        _wait_at_gate(database)
        os.kill(_row(database, job_id, "worker_pid")[0], signal.SIGKILL)
        database.until(lambda: _row(database, job_id, "retry") == (1,), "the rescue")
    database.wait_state(job_id, "done")
    assert database.effects() == {"k before": 2, "k between": 1, "k": 1}


def test_worker_that_lost_the_job_cannot_commit_by_itself(
    database: Database, start: Start
) -> None:
    _configure(database, "commit_behind_gate", allow_commit=True)
    start("--workers", "2")
    with database.gate(GATE):
        (job_id,) = database.enqueue("commit_behind_gate", ["k"], GATE)
        _wait_at_gate(database)
        database.execute("UPDATE queue_job SET attempt = NULL WHERE id = %s", job_id)
        _requeue(database, job_id)
        database.until(lambda: database.waiting_at(GATE) == 2, "the second attempt")
    database.wait_state(job_id, "done")
    assert database.effects() == {"k before": 2, "k between": 1, "k": 1}


def test_commit_without_leave_is_refused(database: Database, start: Start) -> None:
    start("--workers", "1")
    (job_id,) = database.enqueue("commit_behind_gate", ["k"], GATE)
    database.wait_state(job_id, "failed")
    (message,) = _row(database, job_id, "exc_message")
    assert message.startswith("Commit is forbidden in queue jobs")
    assert database.effects() == {}
