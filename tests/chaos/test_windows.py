# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Killed, or refused by PostgreSQL, in the narrow windows of a job's life."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

import pytest

from .harness import Database, Process

GATE = 4714
KEYS = [f"k{number}" for number in range(40)]
Start = Callable[..., Process]

# The first commits fail in turn as not serializable and as in a deadlock. A rollback
# does not undo nextval(), so each failure counts.
_REFUSE_COMMITS = """
    CREATE SEQUENCE chaos_refusals;
    CREATE FUNCTION chaos_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        number integer := nextval('chaos_refusals');
    BEGIN
        IF number <= 6 THEN
            RAISE EXCEPTION USING MESSAGE = 'injected',
                ERRCODE = (ARRAY['40001', '40P01'])[number %% 2 + 1];
        END IF;
        RETURN NULL;
    END $$;
"""
_REFUSE_AT = """
    CREATE CONSTRAINT TRIGGER chaos_refuse {event} DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW {condition} EXECUTE FUNCTION chaos_refuse()
"""
#: Which commit -> the event that refuses it, and its condition.
_COMMITS = {
    "claim": ("AFTER INSERT OR UPDATE ON queue_job_slot", ""),
    "effect": ("AFTER INSERT ON chaos_ledger", ""),
    "end": ("AFTER UPDATE ON queue_job", "WHEN (NEW.state = 'done')"),
    "retry": (
        "AFTER UPDATE ON queue_job",
        "WHEN (OLD.state = 'started' AND NEW.state = 'pending')",
    ),
    "release": (
        "AFTER UPDATE ON queue_job",
        "WHEN (OLD.state = 'wait_dependencies' AND NEW.state = 'pending')",
    ),
}


def test_killed_with_jobs_taken_ahead(database: Database, start: Start) -> None:
    """The job that ran counts the attempt; those not begun go back untouched."""
    start("--workers", "1")
    database.enqueue("noop", ["teaches the worker to take some ahead"] * 200)
    database.wait_all("done", 200)
    database.execute("UPDATE queue_job_channel SET paused = true WHERE name = 'root'")
    with database.gate(GATE):
        (running,) = database.enqueue("note_behind_gate", ["running"], GATE)
        ahead = database.enqueue("note", KEYS)
        database.execute("UPDATE queue_job_channel SET paused = false")
        database.wait_at(GATE)
        os.kill(database.worker_of(running), signal.SIGKILL)
        with database.recovering():
            database.until(
                lambda: (
                    (database.state(running), database.retries(running))
                    == ("started", 1)
                ),
                "the job to run again",
            )
    database.wait_all("done", 201 + len(KEYS))
    assert database.retries(running) == 2
    assert {database.retries(job_id) for job_id in ahead} == {1}


def test_killed_inside_a_long_statement(database: Database, start: Start) -> None:
    """The server lets go of what the attempt had locked; the next one needs it."""
    database.execute("INSERT INTO chaos_ledger (key) VALUES ('row')")
    start("--workers", "2")
    with database.gate(GATE):
        (job_id,) = database.enqueue("lock_behind_gate", ["locks"], GATE)
        database.wait_at(GATE)
        first = database.backends_at(GATE)
        with database.recovering():
            os.kill(database.worker_of(job_id), signal.SIGKILL)
            database.until(
                lambda: database.backends_at(GATE) not in ([], first),
                "the next attempt at the gate, alone",
            )
    database.wait_state(job_id, "done")


def test_killed_between_work_and_commit(database: Database, start: Start) -> None:
    start("--workers", "2")
    with database.gate(GATE):
        (job_id,) = database.enqueue("note_behind_gate", ["held"], GATE)
        database.wait_at(GATE)
        holding = database.hold(job_id)
        holding.__enter__()
    database.wait_blocked("odoo%")
    os.kill(database.worker_of(job_id), signal.SIGKILL)
    holding.__exit__(None, None, None)
    with database.recovering():
        database.wait_state(job_id, "done")
    assert database.retries(job_id) == 2


def test_killed_between_commit_and_release(database: Database, start: Start) -> None:
    """The child of a parent that is done is released by whoever looks next."""
    first = start("--workers", "1")
    with database.gate(GATE):
        [parent], child = database.enqueue_graph(
            "note_behind_gate", ["parent"], "child", GATE
        )
        database.wait_at(GATE)
        holding = database.hold(child)
        holding.__enter__()
    database.wait_state(parent, "done")
    database.wait_blocked("queue_job %")
    first.kill()
    start("--workers", "1")
    holding.__exit__(None, None, None)
    with database.recovering():
        database.wait_state(child, "done")


@pytest.mark.parametrize("commit", _COMMITS)
def test_commits_refused(database: Database, start: Start, commit: str) -> None:
    """Serialization failures and deadlocks cost time, at whichever commit."""
    event, condition = _COMMITS[commit]
    database.execute("UPDATE queue_job_channel SET capacity = 9 WHERE name = 'root'")
    database.enqueue("note", KEYS[20:30], max_retries=0)
    database.enqueue("retry_until", KEYS[30:], 2, max_retries=0)
    for parent, child in zip(KEYS[:10], KEYS[10:20], strict=True):
        database.enqueue_graph("note", [parent], child)
    database.execute(_REFUSE_COMMITS)
    database.execute(_REFUSE_AT.format(event=event, condition=condition))
    start("--workers", "2")
    database.wait_all("done", len(KEYS))
