# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The end of an attempt: the job's new state and the fence, in one statement.

The number of the attempt on the job's row is the fence. It was written before the job's
snapshot was taken, and whoever takes the job away clears it. So in the job's REPEATABLE
READ transaction the end either succeeds together with everything the job did, or shows
that the job was given to somebody else: no row when that was before the snapshot, a
serialization failure when it was after.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo.tools import SQL

from ..core.states import FINAL_STATES, JobState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from odoo.sql_db import BaseCursor

    from .control import Claim


class LeaseLost(Exception):
    """The job was given to another worker; nothing of this attempt may be kept."""


_CLOCK = SQL("clock_timestamp() AT TIME ZONE 'UTC'")


def end_stamp(state: str) -> str | None:
    """Return the column that says when a job came to ``state``, None if it goes on."""
    if state == JobState.CANCELLED:
        return "date_cancelled"
    return "date_done" if state in FINAL_STATES else None


def db_now(cr: BaseCursor) -> datetime:
    """Return the time by the database's clock, not that of the transaction's start."""
    cr.execute(SQL("SELECT %s", _CLOCK))
    return cr.fetchone()[0]


def hold_lease(cr: BaseCursor, claim: Claim) -> None:
    """Keep the lease of an attempt from being taken until the transaction ends.

    What the transaction commits then is the work of the attempt that owns the job.

    :raises LeaseLost: when the attempt does not own the job any more
    """
    cr.execute(
        SQL(
            "SELECT FROM queue_job"
            " WHERE id = %s AND attempt = %s AND state = 'started' FOR NO KEY UPDATE",
            claim.job_id,
            claim.attempt,
        ),
        log_exceptions=False,
    )
    if not cr.rowcount:
        raise LeaseLost(claim)


def drop_lease(cr: BaseCursor, claim: Claim) -> None:
    """Clear the fence of an attempt, in the caller's transaction.

    :raises LeaseLost: when the attempt does not own the job any more
    """
    cr.execute(
        SQL(
            "UPDATE queue_job SET attempt = NULL"
            " WHERE id = %s AND attempt = %s AND state = 'started'",
            claim.job_id,
            claim.attempt,
        ),
        log_exceptions=False,
    )
    if not cr.rowcount:
        raise LeaseLost(claim)


def finish(cr: BaseCursor, claim: Claim, values: Mapping[str, Any]) -> None:
    """Write the end of an attempt, in the caller's transaction.

    :param values: columns of ``queue_job``, ``state`` among them; an end gets its
        date
    :raises LeaseLost: when the attempt does not own the job any more
    """
    if values["state"] == JobState.DONE:
        query = SQL(
            "SELECT queue_job_done(%s, %s, %s, %s, %s, %s)",
            claim.job_id,
            claim.attempt,
            values.get("retry"),
            values.get("result"),
            values.get("result_json"),
            values.get("exec_time"),
        )
        cr.execute(query, log_exceptions=False)
        [ended] = cr.fetchone()
    else:
        cr.execute(_end_otherwise(claim, values), log_exceptions=False)
        ended = cr.rowcount
    if not ended:
        raise LeaseLost(claim)


def _end_otherwise(claim: Claim, values: Mapping[str, Any]) -> SQL:
    if stamp := end_stamp(values["state"]):
        values = {**values, stamp: _CLOCK}
    assignments = SQL(", ").join(
        SQL("%s = %s", SQL.identifier(column), value)
        for column, value in {**values, "attempt": None}.items()
    )
    return SQL(
        "UPDATE queue_job SET %s WHERE id = %s AND attempt = %s AND state = 'started'",
        assignments,
        claim.job_id,
        claim.attempt,
    )
