# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Jobs that run as one call keep an end and a fence each."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

import pytest

from .harness import Database, Process

Start = Callable[..., Process]
GATE = 4731
JOBS = 40
MARKS = {f"mark {number}": 1 for number in range(1, JOBS + 1)}

_ALLOW = """
    INSERT INTO queue_job_function
           (name, model_id, method, channel_id, channel, coalesce_limit)
    SELECT '<chaos.ledger>.mark', model.id, 'mark', channel.id, 'root', 1000
      FROM ir_model AS model, queue_job_channel AS channel
     WHERE model.model = 'chaos.ledger' AND channel.name = 'root'
"""
_ENQUEUE = """
    INSERT INTO queue_job (
        uuid, state, model_name, method_name, channel_method_name, channel, priority,
        retry, max_retries, date_created, user_id, company_id, name, args, kwargs,
        records)
    SELECT gen_random_uuid(), 'pending', 'chaos.ledger', 'mark',
           '<chaos.ledger>.mark', 'root', 10,
           0, 5, clock_timestamp() AT TIME ZONE 'UTC', 1, 1, 'mark',
           jsonb_build_array(%s), '{}',
           jsonb_build_object('_type', 'odoo_recordset', 'model', 'chaos.ledger',
               'ids', jsonb_build_array(number), 'uid', 1, 'su', true,
               'context', '{}'::jsonb)
      FROM generate_series(1, %s) AS number
    RETURNING id
"""


@pytest.fixture
def jobs(database: Database) -> list[int]:
    """Store jobs that wait at a gate, each for a record of its own."""
    database.execute(_ALLOW)
    ids = [job_id for (job_id,) in database.rows(_ENQUEUE, GATE, JOBS)]
    database.enqueued += JOBS
    return ids


def _results(database: Database) -> set[str]:
    return {result for (result,) in database.rows("SELECT result FROM queue_job")}


def _at_gate(database: Database, but: object = None) -> object:
    """Return the start of the transaction that waits at the gate, if it is another."""
    rows = database.rows(
        "SELECT activity.xact_start FROM pg_locks AS lock"
        "  JOIN pg_stat_activity AS activity USING (pid)"
        " WHERE lock.locktype = 'advisory' AND NOT lock.granted AND lock.objid = %s"
        "   AND lock.objsubid = 1",
        GATE,
    )
    return next((began for (began,) in rows if began != but), None)


def test_one_call_for_all(database: Database, start: Start, jobs: list[int]) -> None:
    start("--workers", "1")
    database.wait_all("done", JOBS)
    assert database.effects() == MARKS
    assert _results(database) == {str(JOBS)}
    assert database.rows("SELECT job_id FROM queue_job_lease") == []


def test_killed_in_the_call(database: Database, start: Start, jobs: list[int]) -> None:
    """Each job counts the attempt, and is alone at the next one."""
    with database.gate(GATE):
        start("--workers", "1")
        database.until(lambda: database.waiting_at(GATE) == 1, "the call at the gate")
        (pid,) = database.rows("SELECT DISTINCT worker_pid FROM queue_job")[0]
        os.kill(pid, signal.SIGKILL)
        database.until(
            lambda: database.rows("SELECT id FROM queue_job WHERE retry = 1"),
            "the rescue",
        )
    database.wait_all("done", JOBS)
    assert database.effects() == MARKS
    assert _results(database) == {"1"}
    assert database.value("SELECT count(*) FROM queue_job WHERE retry = 2") == JOBS


def test_one_of_them_is_lost(database: Database, start: Start, jobs: list[int]) -> None:
    """Nothing of the common call is kept; whoever owns a job runs it once."""
    with database.gate(GATE):
        start("--workers", "1")
        database.until(lambda: database.waiting_at(GATE) == 1, "the call at the gate")
        start("--workers", "1")
        lost = jobs[JOBS // 2]
        database.execute("UPDATE queue_job SET attempt = NULL WHERE id = %s", lost)
        database.execute("UPDATE queue_job SET state = 'pending' WHERE id = %s", lost)
        database.value("SELECT queue_job_wake()")
        database.until(lambda: database.waiting_at(GATE) == 2, "the second attempt")
    database.wait_all("done", JOBS)
    assert database.effects() == MARKS
    assert _results(database) == {"1"}


def test_one_of_them_is_stopped(
    database: Database, start: Start, jobs: list[int]
) -> None:
    stopped = jobs[JOBS // 2]
    with database.gate(GATE):
        start("--workers", "1")
        call = database.until(lambda: _at_gate(database), "the call at the gate")
        database.value("SELECT queue_job_request_cancel(%s, 'enough')", [stopped])
        database.until(lambda: _at_gate(database, call), "the first job at the gate")
    database.wait_all("done", JOBS - 1)
    database.wait_state(stopped, "cancelled")
    assert database.value("SELECT result FROM queue_job WHERE id = %s", stopped) == (
        "enough"
    )
    expected = dict(MARKS)
    del expected[f"mark {JOBS // 2 + 1}"]
    assert database.effects() == expected


def test_sigterm_gives_back_those_that_were_not_called(
    database: Database, start: Start, jobs: list[int]
) -> None:
    database.execute("UPDATE queue_job SET retry = 2")
    with database.gate(GATE):
        workers = start("--workers", "1")
        call = database.until(lambda: _at_gate(database), "the call at the gate")
        workers.signal(signal.SIGTERM)
        database.value("SELECT queue_job_request_cancel(%s, 'enough')", [jobs[-1]])
        database.until(lambda: _at_gate(database, call), "the first job at the gate")
    assert workers.stop() == 0
    assert database.counts() == {"done": 1, "pending": JOBS - 1}
    assert database.value("SELECT sum(retry) FROM queue_job") == 2 * JOBS + 1
    assert database.rows("SELECT job_id FROM queue_job_lease") == []
