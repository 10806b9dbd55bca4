# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What dashboards show of the work of real workers."""

from __future__ import annotations

import json
from collections.abc import Callable

from .harness import Database, Process

Start = Callable[..., Process]
_ACTIVITY = "SELECT count(*) FROM bus_bus WHERE message::json->>'type' = %s"


def _counted(database: Database) -> dict[str, int]:
    return dict(
        database.rows(
            "SELECT outcome, sum(attempts)::integer FROM queue_job_stat"
            " GROUP BY outcome"
        )
    )


def test_every_attempt_is_counted_once(database: Database, start: Start) -> None:
    start("--workers", "2")
    database.enqueue("note", [f"k{number}" for number in range(60)])
    database.enqueue("fail", ["bad"])
    database.enqueue("retry_until", ["again"], 3)
    expected = {"done": 61, "failed": 1, "retried": 2}
    database.until(lambda: _counted(database) == expected, f"counts of {expected}")
    histograms = database.value(
        "SELECT sum(n) FROM queue_job_stat, unnest(run_histogram) AS n"
    )
    assert histograms == 64
    # Only first attempts say how long jobs waited for a worker.
    waits = database.value(
        "SELECT sum(n) FROM queue_job_stat, unnest(wait_histogram) AS n"
    )
    assert waits == 62


def test_what_a_worker_counted_is_written_when_it_stops(
    database: Database, start: Start
) -> None:
    worker = start("--workers", "1")
    (job,) = database.enqueue("note", ["k"])
    database.wait_state(job, "done")
    worker.stop()
    assert _counted(database) == {"done": 1}


def test_only_who_looks_is_told_of_activity(database: Database, start: Start) -> None:
    start("--workers", "1")
    database.enqueue("note", ["unseen"])
    database.until(lambda: _counted(database) == {"done": 1}, "the job to be counted")
    assert database.value(_ACTIVITY, "queue_job/activity") == 0
    # As a dashboard does when it reads its figures.
    database.execute("NOTIFY queue_job_watch")
    database.enqueue("note", ["seen"])
    database.until(
        lambda: database.value(_ACTIVITY, "queue_job/activity"), "the bus to tell of it"
    )
    (channel,) = database.rows(
        "SELECT DISTINCT channel FROM bus_bus"
        " WHERE message::json->>'type' = 'queue_job/activity'"
    )
    group = database.value(
        "SELECT res_id FROM ir_model_data"
        " WHERE module = 'queue_job' AND name = 'group_queue_job_manager'"
    )
    assert json.loads(channel[0])[1:] == ["res.groups", group]
