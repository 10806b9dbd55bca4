# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A database of the OCA addon becomes ours: replace the folder, upgrade the module."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from chaos.harness import Database

from .conftest import Copy, Upgrade

#: Jobs that may run at once after the upgrade, whatever they did before.
RUNNABLE = {
    *("pending", "keyed", "elsewhere", "enqueued", "started"),
    *("first", "second", "third", "records", "datetime", "date"),
}
#: What a job is, and must stay.
IDENTITY = """
    SELECT id, uuid, graph_uuid, user_id, company_id, name, model_name, method_name,
           func_string, priority, max_retries, date_created, date_done, date_cancelled,
           eta, channel, channel_method_name, job_function_id, identity_key, result,
           exc_name, exc_message, exc_info
      FROM queue_job ORDER BY id
"""
FOLLOWERS = """
    SELECT job.name, follower.partner_id
      FROM mail_followers AS follower JOIN queue_job AS job ON job.id = follower.res_id
     WHERE follower.res_model = 'queue.job'
"""
MESSAGES = """
    SELECT job.name, message.body, subtype.name
      FROM mail_message AS message
      JOIN queue_job AS job ON job.id = message.res_id
      JOIN mail_message_subtype AS subtype ON subtype.id = message.subtype_id
     WHERE message.model = 'queue.job'
"""
#: As old versions have them: JSON in text columns, fewer columns.
OLDER = """
    ALTER TABLE queue_job
        ALTER COLUMN records TYPE text USING records #>> '{}',
        ALTER COLUMN args TYPE text USING args #>> '{}',
        ALTER COLUMN kwargs TYPE text USING kwargs #>> '{}',
        DROP COLUMN worker_pid, DROP COLUMN date_cancelled;
    ALTER TABLE queue_job_function
        ALTER COLUMN retry_pattern TYPE text USING retry_pattern #>> '{}',
        ALTER COLUMN related_action TYPE text USING related_action #>> '{}',
        DROP COLUMN allow_commit, DROP COLUMN on_fail_method;
    DROP TABLE queue_job_lock;
    UPDATE ir_module_module SET latest_version = '18.0.1.0.0' WHERE name = 'queue_job';
"""


def _complaints(log: list[str]) -> list[str]:
    """Return warnings and errors, but those about the folder that was taken away."""
    levels = (" WARNING ", " ERROR ", " CRITICAL ")
    return [
        line
        for line in log
        if any(level in line for level in levels)
        and "module queue_job_subscribe:" not in line
    ]


def _state(database: Database, name: str) -> str:
    return database.value("SELECT state FROM queue_job WHERE name = %s", name)


@pytest.fixture(scope="module")
def before(copy: Copy, oca: str) -> dict[str, Any]:
    """Return what the database held before."""
    database = copy(oca)
    return {query: database.rows(query) for query in (IDENTITY, FOLLOWERS, MESSAGES)}


@pytest.fixture(scope="module")
def moved(copy: Copy, oca: str, upgrade: Upgrade) -> Database:
    """Return a database that has moved in, its jobs not run yet."""
    database = copy(oca)
    log = upgrade(database)
    assert _complaints(log) == []
    return database


def test_jobs_are_the_same(moved: Database, before: dict[str, Any]) -> None:
    assert len(before[IDENTITY]) == 15
    assert moved.rows(IDENTITY) == before[IDENTITY]


def test_followers_and_messages_are_the_same(
    moved: Database, before: dict[str, Any]
) -> None:
    assert [name for name, _partner in before[FOLLOWERS]] == ["failed"]
    assert moved.rows(FOLLOWERS) == before[FOLLOWERS]
    assert ("failed", "Job failed") in {
        (name, subtype["en_US"]) for name, _body, subtype in before[MESSAGES]
    }
    assert moved.rows(MESSAGES) == before[MESSAGES]


def test_channels_and_functions_are_the_same(moved: Database) -> None:
    assert moved.rows(
        "SELECT complete_name, removal_interval, capacity"
        "  FROM queue_job_channel WHERE complete_name IN ('root', 'root.sales')"
        " ORDER BY complete_name"
    ) == [("root", 30, 1), ("root.sales", 7, 0)]
    assert moved.rows(
        "SELECT channel, retry_pattern, related_action, allow_commit"
        "  FROM queue_job_function WHERE name = '<res.partner>.write'"
    ) == [("root.sales", {"1": 10, "5": [60, 120]}, {"enable": False}, True)]


def test_graphs_are_the_same(moved: Database) -> None:
    edges = moved.rows(
        "SELECT parent.name, child.name FROM queue_job_dependency AS edge"
        "  JOIN queue_job AS parent ON parent.id = edge.parent_id"
        "  JOIN queue_job AS child ON child.id = edge.child_id ORDER BY 2"
    )
    assert edges == [("first", "second"), ("first", "third")]


def test_no_index_names_a_column_that_changes(moved: Database) -> None:
    indexes = moved.rows(
        "SELECT indexdef FROM pg_indexes WHERE tablename = 'queue_job'"
    )
    assert indexes
    for (definition,) in indexes:
        assert "state" not in definition
        assert "date_done" not in definition


def test_subscriptions_survive_without_their_module(moved: Database) -> None:
    assert moved.rows(
        "SELECT state FROM ir_module_module WHERE name = 'queue_job_subscribe'"
    ) == [("uninstalled",)]
    assert moved.rows("SELECT subscribe_job FROM res_users WHERE login = 'quiet'") == [
        (False,)
    ]


def test_jobs_run_after_the_upgrade(
    copy: Copy, oca: str, upgrade: Upgrade, workers: Callable[[Database], None]
) -> None:
    database = copy(oca)
    upgrade(database)
    _assert_jobs_run(database, workers)


def test_jobs_of_an_older_schema_run_after_the_upgrade(
    copy: Copy, oca: str, upgrade: Upgrade, workers: Callable[[Database], None]
) -> None:
    database = copy(oca)
    database.execute(OLDER)
    upgrade(database)
    assert database.value(
        "SELECT retry_pattern FROM queue_job_function"
        " WHERE name = '<res.partner>.write'"
    ) == {"1": 10, "5": [60, 120]}
    _assert_jobs_run(database, workers)


def _assert_jobs_run(database: Database, workers: Callable[[Database], None]) -> None:
    workers(database)
    ends = {"done", "failed"}
    database.until(
        lambda: {_state(database, name) for name in RUNNABLE} <= ends, "all jobs to end"
    )
    assert {_state(database, name) for name in RUNNABLE} == {"done"}
    assert {
        name: _state(database, name)
        for name in ("scheduled", "failed", "cancelled", "done")
    } == {
        "scheduled": "pending",
        "failed": "failed",
        "cancelled": "cancelled",
        "done": "done",
    }
    ran = database.rows(
        "SELECT name FROM res_partner WHERE comment LIKE '%%ran%%' ORDER BY name"
    )
    assert {name for (name,) in ran} == RUNNABLE - {"records", "datetime", "date"}
    assert database.value(
        "SELECT count(*) FROM ir_cron_trigger WHERE call_at = '2035-01-02 03:04'"
    )
    assert (
        database.value("SELECT rate FROM res_currency_rate WHERE name = '2035-01-02'")
        == 2
    )
    assert "res.partner(" in database.value(
        "SELECT result FROM queue_job WHERE name = 'records'"
    )


def test_upgrading_once_more_changes_nothing(
    moved: Database, before: dict[str, Any], upgrade: Upgrade
) -> None:
    moved.execute(
        "UPDATE ir_module_module SET latest_version = '19.0.1.0.0'"
        " WHERE name = 'queue_job'"
    )
    moved.execute("UPDATE queue_job_channel SET capacity = 3 WHERE name = 'root'")
    assert _complaints(upgrade(moved)) == []
    assert moved.rows(IDENTITY) == before[IDENTITY]
    assert (
        moved.value("SELECT capacity FROM queue_job_channel WHERE name = 'root'") == 3
    )
