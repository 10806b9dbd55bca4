# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the job function says about exceptions and uniqueness."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg2
import pytest

from .harness import Database, Process

Start = Callable[..., Process]
GATE = 4713


def _configure(database: Database, method: str, **columns: Any) -> None:
    names = ", ".join(columns)
    marks = ", ".join(["%s"] * len(columns))
    database.execute(
        "INSERT INTO queue_job_function"
        f" (name, model_id, method, channel_id, channel, {names})"
        " SELECT '<chaos.ledger>.' || %s, model.id, %s, channel.id, 'root', "
        + marks
        + " FROM ir_model AS model, queue_job_channel AS channel"
        "  WHERE model.model = 'chaos.ledger' AND channel.name = 'root'",
        method,
        method,
        *columns.values(),
    )


def test_listed_exception_is_tried_again_until_attempts_end(
    database: Database, start: Start
) -> None:
    _configure(database, "fail", retry_on="LookupError, ValueError", retry_pattern="{}")
    database.execute("UPDATE queue_job_function SET retry_pattern = '{\"1\": 0}'")
    start("--workers", "1")
    (job_id,) = database.enqueue("fail", ["again"], max_retries=3)
    database.wait_state(job_id, "failed")
    retry, name, message = database.rows(
        "SELECT retry, exc_name, exc_message FROM queue_job WHERE id = %s", job_id
    )[0]
    assert (retry, name.endswith("FailedJobError")) == (3, True)
    assert "again is meant to fail" in message


def test_discarded_exception_ends_as_done_and_keeps_nothing(
    database: Database, start: Start
) -> None:
    _configure(database, "fail", discard_on="ValueError")
    start("--workers", "1")
    (job_id,) = database.enqueue("fail", ["nothing"])
    database.wait_state(job_id, "done")
    assert database.value("SELECT result FROM queue_job WHERE id = %s", job_id) == (
        "nothing is meant to fail"
    )
    assert database.effects() == {}


def test_fail_list_wins_over_a_retryable_error(
    database: Database, start: Start
) -> None:
    _configure(database, "retry_until", fail_on="RetryableJobError")
    start("--workers", "1")
    (job_id,) = database.enqueue("retry_until", ["once"], 3)
    database.wait_state(job_id, "failed")
    assert database.value("SELECT retry FROM queue_job WHERE id = %s", job_id) == 1


@pytest.mark.parametrize("while_started", [False, True])
def test_identity_key_of_a_running_job(
    database: Database, start: Start, while_started: bool
) -> None:
    _configure(database, "note_behind_gate", identity_while_started=while_started)
    with database.gate(GATE):
        (first,) = database.enqueue(
            "note_behind_gate", ["slow"], GATE, identity_key="same"
        )
        database.execute(
            "UPDATE queue_job SET job_function_id ="
            " (SELECT max(id) FROM queue_job_function) WHERE id = %s",
            first,
        )
        start("--workers", "1")
        database.until(lambda: database.waiting_at(GATE) == 1, "the job at the gate")
        if while_started:
            with pytest.raises(psycopg2.errors.UniqueViolation):
                database.enqueue("note", ["twin"], identity_key="same")
        else:
            database.enqueue("note", ["twin"], identity_key="same")
            with pytest.raises(psycopg2.errors.UniqueViolation):
                database.enqueue("note", ["triplet"], identity_key="same")
    database.wait_state(first, "done")
    database.enqueue("note", ["later"], identity_key="later")
    database.wait_all("done", 2 if while_started else 3)
    assert database.rows("SELECT * FROM queue_job_identity") == []
