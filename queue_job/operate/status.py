# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""``odoo queue_job status``: channels, workers and rates of a database."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from odoo.sql_db import BaseCursor, db_connect

from . import figures, health, metrics
from .channels import Channel, channels

# The sequence counts attempts, so its steps are starts, without reading any job.
_STARTS: Final = "SELECT last_value FROM queue_job_attempt_seq"
#: Rates are those of so many minutes.
_MINUTES: Final = 5


def watch(dbname: str, interval: float | None) -> None:
    """Print the status, again every ``interval`` seconds unless that is None."""
    previous: tuple[float, int] | None = None
    while True:
        with db_connect(dbname).cursor() as cr:
            cr.execute(_STARTS)
            now = (time.monotonic(), cr.fetchone()[0])
            lines = list(_report(cr, _rate(previous, now)))
        if interval is not None:
            sys.stdout.write("\x1b[2J\x1b[H")
        sys.stdout.write("\n".join([*lines, ""]))
        sys.stdout.flush()
        if interval is None:
            return
        previous = now
        time.sleep(interval)


def tell(dbname: str, form: str) -> bool:
    """Print the status for a program, ``json`` or ``prometheus``.

    :return: whether the queue is healthy
    """
    with db_connect(dbname).cursor() as cr:
        found = health.examine(cr)
        if form == "prometheus":
            sys.stdout.write(metrics.render(cr))
        else:
            status = {"database": dbname, **found.as_json()}
            sys.stdout.write(json.dumps(status) + "\n")
    return found.is_healthy


def _rate(previous: tuple[float, int] | None, now: tuple[float, int]) -> float | None:
    if previous is None:
        return None
    return (now[1] - previous[1]) / (now[0] - previous[0])


def _report(cr: BaseCursor, rate: float | None) -> Iterator[str]:
    yield f"Database {cr.dbname}" + (
        f", {rate:.1f} starts/s" if rate is not None else ""
    )
    rates = figures.rates(cr, _MINUTES)
    yield from _table(
        "channel capacity running runnable scheduled blocked in_line oldest_wait"
        " jobs/min",
        [_channel_cells(channel, rates) for channel in channels(cr)],
    )
    yield ""
    workers = figures.workers(cr)
    if not workers:
        yield "No worker: Odoo's cron runs the jobs, or run `odoo queue_job run`."
        return
    yield from _table(
        "worker mode jobs state up", [_worker_cells(worker) for worker in workers]
    )


def _channel_cells(channel: Channel, rates: Mapping[str, float]) -> list[Any]:
    return [
        f"{channel.name} (paused)" if channel.paused else channel.name,
        "-" if channel.capacity is None else channel.capacity,
        channel.running,
        channel.runnable,
        channel.scheduled,
        channel.blocked,
        channel.in_line,
        _duration(channel.oldest_wait),
        f"{rates.get(channel.name, 0):.1f}",
    ]


def _worker_cells(worker: figures.Worker) -> list[Any]:
    state = "idle" if worker.is_idle else "busy"
    return [
        f"{worker.host}:{worker.pid}",
        worker.mode,
        worker.jobs,
        state if worker.is_alive else "dead",
        _duration(worker.uptime),
    ]


def _table(header: str, rows: Sequence[Sequence[Any]]) -> Iterator[str]:
    cells = [header.split(), *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
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
