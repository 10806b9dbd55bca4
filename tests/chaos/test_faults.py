# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is killed, stopped or cut off loses, doubles and strands nothing."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

from .harness import Database, Process

GATE = 4711

Start = Callable[..., Process]


def _keys(count: int) -> list[str]:
    return [f"k{number}" for number in range(count)]


def _worker_of(database: Database, job_id: int) -> int:
    return database.value("SELECT worker_pid FROM queue_job WHERE id = %s", job_id)


def _assert_exactly_once(database: Database, keys: list[str]) -> None:
    assert database.effects() == dict.fromkeys(keys, 1)
    assert database.rows("SELECT job_id FROM queue_job_lease") == []
    assert database.rows("SELECT job_id FROM queue_job_ready") == []


def test_all_jobs_run_exactly_once(database: Database, start: Start) -> None:
    keys = _keys(300)
    database.enqueue("note", keys[:150])
    start("--workers", "3")
    database.enqueue("note", keys[150:])
    database.wait_all("done", 300)
    _assert_exactly_once(database, keys)


def test_killed_worker_mid_job(database: Database, start: Start) -> None:
    start("--workers", "2")
    with database.gate(GATE):
        (job_id,) = database.enqueue("note_behind_gate", ["slow"], GATE)
        database.until(lambda: database.waiting_at(GATE) == 1, "the job at the gate")
        with database.recovering():
            os.kill(_worker_of(database, job_id), signal.SIGKILL)
            database.until(lambda: database.retries(job_id), "a counted attempt")
            database.wait_state(job_id, "started")
    database.wait_state(job_id, "done")
    _assert_exactly_once(database, ["slow"])
    retry, cause = database.rows(
        "SELECT retry, exc_message FROM queue_job WHERE id = %s", job_id
    )[0]
    assert retry == 2
    assert cause is None, "the cause of an attempt that was repeated stays in the log"


def test_killed_supervisor_takes_its_workers_along(
    database: Database, start: Start
) -> None:
    first = start("--workers", "2")
    with database.gate(GATE):
        (job_id,) = database.enqueue("note_behind_gate", ["slow"], GATE)
        database.until(lambda: database.waiting_at(GATE) == 1, "the job at the gate")
        first.kill()
        start("--workers", "1")
        database.until(
            lambda: database.value("SELECT retry FROM queue_job WHERE id = %s", job_id),
            "the job to be rescued by the next leader",
        )
    database.wait_state(job_id, "done")
    _assert_exactly_once(database, ["slow"])


def test_stopped_zombie_cannot_commit(database: Database, start: Start) -> None:
    """A worker that lost its connections while it slept must not apply its job."""
    start("--workers", "1")
    with database.gate(GATE):
        (job_id,) = database.enqueue("note_behind_gate", ["slow"], GATE)
        database.until(lambda: database.waiting_at(GATE) == 1, "the job at the gate")
        zombie = _worker_of(database, job_id)
        os.kill(zombie, signal.SIGSTOP)
        # Its control connection dies, as it would behind a cut network.
        database.rows(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'queue_job dedicated' AND datname = %s",
            database.name,
        )
        start("--workers", "1")
        database.until(
            lambda: database.value("SELECT retry FROM queue_job WHERE id = %s", job_id),
            "the job to be taken from the zombie",
        )
    database.wait_state(job_id, "done")
    os.kill(zombie, signal.SIGCONT)
    database.wait_all("done", 1)
    # The zombie serves again once it has found out.
    keys = _keys(20)
    database.enqueue("note", keys)
    database.wait_all("done", 21)
    _assert_exactly_once(database, ["slow", *keys])


def test_sigterm_lets_the_running_job_end(database: Database, start: Start) -> None:
    workers = start("--workers", "1")
    with database.gate(GATE):
        (slow,) = database.enqueue("note_behind_gate", ["slow"], GATE)
        database.until(lambda: database.waiting_at(GATE) == 1, "the job at the gate")
        later = database.enqueue("note", ["later"])[0]
        workers.signal(signal.SIGTERM)
    assert workers.stop() == 0
    assert database.state(slow) == "done"
    assert database.state(later) == "pending"
    assert database.value("SELECT count(*) FROM queue_job_worker") == 0
    start("--workers", "1")
    database.wait_state(later, "done")
    _assert_exactly_once(database, ["slow", "later"])


def test_job_that_kills_its_worker_ends_as_failed(
    database: Database, start: Start
) -> None:
    start("--workers", "1")
    (job_id,) = database.enqueue("kill_worker", ["boom"], max_retries=2)
    database.wait_state(job_id, "failed")
    name, retry = database.rows(
        "SELECT exc_name, retry FROM queue_job WHERE id = %s", job_id
    )[0]
    assert (name, retry) == ("JobFoundDead", 2)
    assert database.effects() == {}
    (after,) = database.enqueue("note", ["after"])
    database.wait_state(after, "done")


def test_failing_job_keeps_nothing_and_says_why(
    database: Database, start: Start
) -> None:
    start("--workers", "1")
    (job_id,) = database.enqueue("fail", ["bad"])
    database.wait_state(job_id, "failed")
    name, message, trace = database.rows(
        "SELECT exc_name, exc_message, exc_info FROM queue_job WHERE id = %s", job_id
    )[0]
    assert (name, message) == ("ValueError", "bad is meant to fail")
    assert "Traceback" in trace
    assert database.effects() == {}


def test_retryable_error_is_tried_again(database: Database, start: Start) -> None:
    start("--workers", "1")
    (job_id,) = database.enqueue("retry_until", ["again"], 3)
    database.wait_state(job_id, "done")
    assert database.value("SELECT retry FROM queue_job WHERE id = %s", job_id) == 3
    _assert_exactly_once(database, ["again"])


def test_lost_race_for_an_identity_key_is_tried_again(
    database: Database, start: Start
) -> None:
    start("--workers", "2")
    with database.gate(GATE):
        (job_id,) = database.enqueue("delay_behind_gate", ["a"], GATE)
        database.until(lambda: database.waiting_at(GATE) == 1, "the job at the gate")
        database.execute("UPDATE queue_job_channel SET paused = true")
        # The job's snapshot is older than this twin, so it cannot see it.
        database.enqueue("note", ["a follow-up"], identity_key="a follow-up")
    database.wait_state(job_id, "pending")
    database.execute("UPDATE queue_job_channel SET paused = false")
    database.wait_all("done", 2)
    # It was not the job's fault: the first run does not count as an attempt.
    assert database.value("SELECT retry FROM queue_job WHERE id = %s", job_id) == 1
    assert database.effects()["a"] == 1


def test_hand_run_reset_of_running_jobs_is_harmless(
    database: Database, start: Start
) -> None:
    start("--workers", "2")
    keys = _keys(50)
    with database.gate(GATE):
        (slow,) = database.enqueue("note_behind_gate", ["slow"], GATE)
        database.until(lambda: database.waiting_at(GATE) == 1, "the job at the gate")
        database.enqueue("note", keys)
        database.execute(
            "UPDATE queue_job SET state = 'pending'"
            " WHERE state IN ('started', 'enqueued')"
        )
    database.wait_all("done", 51)
    _assert_exactly_once(database, ["slow", *keys])
    assert database.state(slow) == "done"


def test_terminated_backends(database: Database, start: Start) -> None:
    start("--workers", "2")
    keys = _keys(200)
    database.enqueue("note", keys[:100])
    for round_number in range(5):
        database.wait_all("done", 15 * (round_number + 1))
        database.rows(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = %s AND pid <> pg_backend_pid()",
            database.name,
        )
    database.enqueue("note", keys[100:])
    database.wait_all("done", 200)
    _assert_exactly_once(database, keys)


def test_capacity_holds_over_workers(database: Database, start: Start) -> None:
    database.execute(
        "INSERT INTO queue_job_channel"
        " (name, complete_name, parent_id, capacity, throttle, removal_interval)"
        " SELECT 'one', 'root.one', id, 1, 0, 30"
        " FROM queue_job_channel WHERE name = 'root'"
    )
    keys = _keys(60)
    database.enqueue("note", keys, channel="root.one")
    start("--workers", "3")
    start("--workers", "2")
    database.wait_all("done", 60)
    overlaps = database.rows(
        "SELECT a.key, b.key FROM chaos_ledger a JOIN chaos_ledger b"
        " ON a.key < b.key AND a.date_start < b.date_end AND b.date_start < a.date_end"
    )
    assert overlaps == []
    _assert_exactly_once(database, keys)


def test_priority_then_creation(database: Database, start: Start) -> None:
    database.execute("UPDATE queue_job_channel SET capacity = 1 WHERE name = 'root'")
    keys = _keys(30)
    ids = database.enqueue("note", keys)
    database.execute("UPDATE queue_job SET priority = 1 WHERE id = %s", ids[20])
    start("--workers", "2")
    database.wait_all("done", 30)
    order = [
        key for (key,) in database.rows("SELECT key FROM chaos_ledger ORDER BY id")
    ]
    assert order == [keys[20], *keys[:20], *keys[21:]]


def test_jobs_taken_ahead_do_not_wait_for_a_long_one(
    database: Database, start: Start
) -> None:
    start("--workers", "2")
    # Many short jobs teach the workers to take some ahead.
    database.enqueue("noop", [""] * 300)
    database.wait_all("done", 300)
    database.execute("UPDATE queue_job_channel SET paused = true WHERE name = 'root'")
    with database.gate(GATE):
        (slow,) = database.enqueue("note_behind_gate", ["slow"], GATE)
        keys = _keys(60)
        database.enqueue("note", keys)
        database.execute("UPDATE queue_job_channel SET paused = false")
        database.until(
            lambda: len(database.effects()) == len(keys), "the short jobs to be done"
        )
        assert database.state(slow) == "started"
    database.wait_state(slow, "done")
    _assert_exactly_once(database, ["slow", *keys])
