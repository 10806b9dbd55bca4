# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a worker counts of the attempts it ends, in memory until it is written."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from ..core.histogram import bucket_of
from ..core.states import JobState

if TYPE_CHECKING:
    from ..job import Job
    from ..store.control import Control

#: Screens are as much behind.
_FLUSH_INTERVAL: Final = 2.0  # seconds
#: An attempt that ends with the job pending is tried again.
_RETRIED: Final = "retried"


@dataclass(slots=True)
class _Row:
    """Attempts of one function, channel, company and outcome."""

    attempts: int = 0
    run_seconds: float = 0.0
    wait_seconds: float = 0.0
    run_histogram: list[int] = field(default_factory=list)
    wait_histogram: list[int] = field(default_factory=list)


class Statistics:
    """Counts attempts by function, channel, company and outcome; not thread-safe."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str, int, str], _Row] = {}
        self._written_at = 0.0

    def count(self, job: Job, state: JobState, run_seconds: float) -> None:
        """Count an attempt whose end is committed; ``state`` is the job's now."""
        outcome = _RETRIED if state is JobState.PENDING else state.value
        key = (job.job_function_name, job.channel or "root", job.company_id or 0)
        row = self._rows.setdefault((*key, outcome), _Row())
        row.attempts += 1
        row.run_seconds += run_seconds
        _increment(row.run_histogram, run_seconds)
        if (wait_seconds := _waited(job)) is not None:
            row.wait_seconds += wait_seconds
            _increment(row.wait_histogram, wait_seconds)

    def write(self, control: Control, *, now: bool = False) -> None:
        """Add what was counted to the database, unless that was done just before.

        One statement, on the control connection.
        """
        if not self._rows:
            return
        clock = time.monotonic()
        if now or clock - self._written_at >= _FLUSH_INTERVAL:
            control.add_statistics(self._take())
            self._written_at = clock

    def _take(self) -> str:
        rows: list[dict[str, Any]] = [
            {
                "function": function,
                "channel": channel,
                "company_id": company_id,
                "outcome": outcome,
                "attempts": row.attempts,
                "run_seconds": row.run_seconds,
                "wait_seconds": row.wait_seconds,
                "run_histogram": row.run_histogram,
                "wait_histogram": row.wait_histogram,
            }
            for (function, channel, company_id, outcome), row in self._rows.items()
        ]
        self._rows = {}
        return json.dumps(rows)


def _increment(histogram: list[int], seconds: float) -> None:
    bucket = bucket_of(seconds)
    histogram.extend([0] * (bucket + 1 - len(histogram)))
    histogram[bucket] += 1


def _waited(job: Job) -> float | None:
    """Return the seconds a job stood in the queue; None where that is not known.

    What a job of a graph waited for its parents, or one that is tried again for its
    turn, says nothing about the queue.
    """
    if job.retry > 1 or job.graph_uuid or not job.date_started:
        return None
    ready = max(job.date_created, job.eta) if job.eta else job.date_created
    return max(0.0, (job.date_started - ready).total_seconds())
