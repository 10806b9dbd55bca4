# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Much at the same moment: retries, kills, ends of parents."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

from .harness import Database, Process

GATE = 4716
Start = Callable[..., Process]


def test_retry_storm(database: Database, start: Start) -> None:
    """All jobs ask to be tried again at once, thrice."""
    start("--workers", "3")
    keys = [f"k{number}" for number in range(150)]
    ids = database.enqueue("retry_until", keys, 4)
    database.wait_all("done", len(keys))
    assert {database.retries(job_id) for job_id in ids} == {4}


def test_workers_killed_again_and_again(database: Database, start: Start) -> None:
    start("--workers", "2")
    keys = [f"k{number}" for number in range(400)]
    database.enqueue("note", keys, max_retries=0)
    for number in range(6):
        database.wait_all("done", 40 * (number + 1))
        (worker,) = database.rows(
            "SELECT pid FROM queue_job_worker ORDER BY date_start, id LIMIT 1"
        )[0]
        done = database.counts()["done"]
        os.kill(worker, signal.SIGKILL)
        with database.recovering():
            database.wait_all("done", done + 5)
    database.wait_all("done", len(keys))


def test_last_two_parents_end_together(database: Database, start: Start) -> None:
    start("--workers", "2")
    for number in range(10):
        with database.gate(GATE):
            parents = [f"first {number}", f"second {number}"]
            _ids, child = database.enqueue_graph(
                "note_behind_gate", parents, f"child {number}", GATE
            )
            database.wait_at(GATE, 2)
        database.wait_state(child, "done")
