# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Rates hold over all workers, also while these are killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

from .harness import Database, Process

Start = Callable[..., Process]
JOBS, EVERY, BURST = 30, 0.2, 3
KEYS = [f"k{number}" for number in range(JOBS)]


def test_no_more_starts_than_tokens(database: Database, start: Start) -> None:
    database.execute(
        "UPDATE queue_job_channel"
        "   SET rate_limit = 5, rate_period = 1, rate_burst = %s WHERE name = 'root'",
        BURST,
    )
    database.enqueue("note", KEYS)
    start("--workers", "4")
    database.wait_all("done", JOBS // 3)
    [(pid,)] = database.rows("SELECT pid FROM queue_job_worker ORDER BY id LIMIT 1")
    os.kill(pid, signal.SIGKILL)
    database.wait_all("done", JOBS)
    assert database.effects() == dict.fromkeys(KEYS, 1)
    # The bucket says when the token after the last one is due.
    [(due,)] = database.rows(
        "SELECT EXTRACT(EPOCH FROM due)::float8 FROM queue_job_rate"
    )
    starts = database.rows("SELECT date_start FROM chaos_ledger ORDER BY date_start")
    for left, (began,) in enumerate(reversed(starts), start=1):
        token = due - left * EVERY - (BURST - 1) * EVERY
        assert began >= token - 0.001
    assert database.rows("SELECT job_id FROM queue_job_rated") == []
