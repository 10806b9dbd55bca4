# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""``odoo queue_job status``: channels, workers and rates of a database."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any, Final

from odoo.sql_db import BaseCursor, db_connect

# 1. Reads the hot tables alone: its cost grows with what waits, not with history.
# 2. Blocked are the jobs no worker may take whatever the time: behind a pause, or
#    behind a failed job of a sequential channel. -> shut
_CHANNELS: Final = """
    WITH shut AS (
        SELECT lane.id, bool_or(up.paused) OR EXISTS (
                   SELECT FROM queue_job_ready AS failed
                    WHERE failed.lane_id = lane.id AND failed.eta = 'infinity') AS shut
          FROM queue_job_lane AS lane
          JOIN queue_job_lane AS up ON up.id = ANY (lane.path)
         GROUP BY lane.id
    )
    SELECT lane.name, lane.capacity, lane.paused,
           (SELECT count(DISTINCT lease.worker_id)
              FROM queue_job_lease AS lease
              JOIN queue_job_lane AS at ON at.id = lease.lane_id
             WHERE lane.id = ANY (at.path)),
           count(ready.job_id) FILTER (WHERE ready.eta IS NULL AND NOT shut.shut),
           count(ready.job_id) FILTER (WHERE ready.eta < 'infinity'),
           count(ready.job_id) FILTER (WHERE ready.eta IS NULL AND shut.shut),
           EXTRACT(EPOCH FROM clock_timestamp() AT TIME ZONE 'UTC'
               - min(ready.created) FILTER (WHERE ready.eta IS NULL))::float8
      FROM queue_job_lane AS lane
      JOIN shut ON shut.id = lane.id
 LEFT JOIN queue_job_ready AS ready ON ready.lane_id = lane.id
     GROUP BY lane.id, shut.shut
     ORDER BY lane.name
"""
_WORKERS: Final = """
    SELECT worker.host, worker.pid, worker.mode, count(lease.job_id),
           worker.id IN (SELECT queue_job_idle()),
           EXTRACT(EPOCH FROM now() AT TIME ZONE 'UTC' - worker.date_start)::float8
      FROM queue_job_worker AS worker
 LEFT JOIN queue_job_lease AS lease ON lease.worker_id = worker.id
     GROUP BY worker.id
     ORDER BY worker.host, worker.pid
"""
# The sequence counts attempts, so its steps are starts, without reading any job.
_STARTS: Final = "SELECT last_value FROM queue_job_attempt_seq"


def watch(dbname: str, interval: float | None) -> None:
    """Print the status, again every ``interval`` seconds unless that is None."""
    previous: tuple[float, int] | None = None
    while True:
        with db_connect(dbname).cursor() as cr:
            cr.execute(_STARTS)
            now = (time.monotonic(), cr.fetchone()[0])
            lines = list(_report(cr, dbname, _rate(previous, now)))
        if interval is not None:
            sys.stdout.write("\x1b[2J\x1b[H")
        sys.stdout.write("\n".join([*lines, ""]))
        sys.stdout.flush()
        if interval is None:
            return
        previous = now
        time.sleep(interval)


def _rate(previous: tuple[float, int] | None, now: tuple[float, int]) -> float | None:
    if previous is None:
        return None
    return (now[1] - previous[1]) / (now[0] - previous[0])


def _report(cr: BaseCursor, dbname: str, rate: float | None) -> Iterator[str]:
    yield f"Database {dbname}" + (f", {rate:.1f} starts/s" if rate is not None else "")
    cr.execute(_CHANNELS)
    yield from _table(
        "channel capacity running runnable scheduled blocked oldest_wait".split(),
        [_channel_cells(*row) for row in cr.fetchall()],
    )
    cr.execute(_WORKERS)
    workers = cr.fetchall()
    yield ""
    if not workers:
        yield "No worker: Odoo's cron runs the jobs, or run `odoo queue_job run`."
        return
    yield from _table(
        "worker mode jobs state up".split(),
        [
            (f"{host}:{pid}", mode, jobs, "idle" if idle else "busy", _duration(up))
            for host, pid, mode, jobs, idle, up in workers
        ],
    )


def _channel_cells(
    name: str, capacity: int | None, paused: bool, *counts: float | None
) -> list[Any]:
    *jobs, oldest = counts
    return [
        f"{name} (paused)" if paused else name,
        "-" if capacity is None else capacity,
        *jobs,
        _duration(oldest),
    ]


def _table(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> Iterator[str]:
    cells = [header, *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    for row in cells:
        first, *others = zip(row, widths, strict=True)
        yield "  ".join(
            [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
        )


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.1f} s"
