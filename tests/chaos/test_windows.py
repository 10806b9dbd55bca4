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
    "claim": ("AFTER INSERT ON queue_job_lease", ""),
    "start": ("AFTER UPDATE ON queue_job", "WHEN (NEW.state = 'started')"),
    "effect": ("AFTER INSERT ON chaos_ledger", ""),
    "end": ("AFTER UPDATE ON queue_job", "WHEN (NEW.state = 'done')"),
    "release": (
        "AFTER UPDATE ON queue_job",
        "WHEN (OLD.state = 'wait_dependencies' AND NEW.state = 'pending')",
    ),
}


def test_killed_between_claim_and_start(database: Database, start: Start) -> None:
    first = start("--workers", "1")
    (job_id,) = database.enqueue("note", ["held"], wake=False)
    with database.hold(job_id):
        database.value("SELECT queue_job_wake()")
        database.wait_blocked("queue_job dedicated")
        first.kill()
        # The server, busy with the statement, would not find out and carry it out.
        database.terminate("queue_job dedicated")
        start("--workers", "1")
    with database.recovering():
        database.wait_state(job_id, "done")
    assert database.retries(job_id) == 1, "an attempt that did not begin is not one"


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
    database.enqueue("note", KEYS[20:], max_retries=0)
    for parent, child in zip(KEYS[:10], KEYS[10:20], strict=True):
        database.enqueue_graph("note", [parent], child)
    database.execute(_REFUSE_COMMITS)
    database.execute(_REFUSE_AT.format(event=event, condition=condition))
    start("--workers", "2")
    database.wait_all("done", len(KEYS))
