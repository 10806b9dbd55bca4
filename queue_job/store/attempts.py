# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The history of the attempts of a job. All in the caller's transaction.

A job that succeeds at its first attempt has no row: its own dates say all there is to
say, and most jobs pay nothing. An attempt that ends otherwise gets a row, and so does
the success after it.
"""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Final

from odoo.sql_db import BaseCursor
from odoo.tools import SQL


class Outcome(StrEnum):
    """How an attempt ended."""

    DONE = "done"
    #: An exception said that there is nothing left to do.
    DISCARDED = "discarded"
    #: Tried again later.
    RETRIED = "retried"
    FAILED = "failed"
    #: Stopped by a user while it ran.
    CANCELLED = "cancelled"
    TIME_LIMIT = "time_limit"
    MEMORY_LIMIT = "memory_limit"
    #: Ended between two chunks: its worker stopped or its channel was paused.
    MADE_ROOM = "made_room"
    #: Its end could not be written: somebody had changed the job meanwhile.
    CONFLICT = "conflict"
    #: Its worker died.
    LOST = "lost"


#: Rows kept of a job that is tried again for ever.
KEPT: Final = 100


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt that has ended."""

    job_id: int
    number: int
    outcome: Outcome
    #: Naive UTC; None: as long ago as it took. (A job is marked started when it is
    #: taken, which may be a while before it begins.)
    date_started: datetime | None
    #: Seconds.
    duration: float
    exc_name: str | None = None
    exc_message: str | None = None
    exc_info: str | None = None


_COLUMNS: Final = tuple(
    field.name for field in fields(Attempt) if field.name != "date_started"
)

_ADD: Final = """
    WITH too_many AS (
        DELETE FROM queue_job_attempt WHERE id IN (
            SELECT id FROM queue_job_attempt
             WHERE job_id = %(job_id)s ORDER BY id DESC OFFSET %(kept)s)
    )
    INSERT INTO queue_job_attempt (date_ended, date_started, worker, %(columns)s)
    SELECT right_now, COALESCE(%(date_started)s::timestamp,
                               right_now - make_interval(secs => %(duration)s)),
           %(worker)s, %(values)s
      FROM (SELECT clock_timestamp() AT TIME ZONE 'UTC' AS right_now) AS clock
"""


def worker_name() -> str:
    """Return what this process is called in the table of workers."""
    return f"{socket.gethostname()}:{os.getpid()}"


def add(cr: BaseCursor, attempt: Attempt) -> None:
    """Keep an attempt that this process made and that ends now."""
    columns = SQL(", ").join(map(SQL.identifier, _COLUMNS))
    values = SQL(", ").join(SQL("%s", getattr(attempt, column)) for column in _COLUMNS)
    cr.execute(
        SQL(
            _ADD,
            job_id=attempt.job_id,
            kept=KEPT - 1,
            columns=columns,
            date_started=attempt.date_started,
            duration=attempt.duration,
            worker=worker_name(),
            values=values,
        )
    )
