# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The common end of jobs that ran together, with the fence of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from odoo.sql_db import BaseCursor
from odoo.tools import SQL

from ..core.states import JobState
from ..fields import EncodedJson
from .control import Claim
from .finish import LeaseLost


@dataclass(frozen=True, slots=True)
class Success:
    """What each of the jobs ends with."""

    result: str | None
    result_json: EncodedJson | None
    #: Seconds: the share of one job.
    exec_time: float


# As many rows as claims, or the attempt of one of them has lost its job.
_DROP_LEASES: Final = """
    DELETE FROM queue_job_lease AS lease
     USING unnest(%s::integer[], %s::bigint[]) AS mine (job_id, attempt)
     WHERE lease.job_id = mine.job_id AND lease.attempt = mine.attempt
"""
_FINISH: Final = """
    UPDATE queue_job
       SET state = %s, date_done = clock_timestamp() AT TIME ZONE 'UTC',
           retry = COALESCE(retry, 0) + 1, exec_time = %s, result = %s,
           result_json = %s::jsonb,
           exc_name = NULL, exc_message = NULL, exc_info = NULL
     WHERE id = ANY(%s) AND state = %s
"""


def drop_leases(cr: BaseCursor, claims: Sequence[Claim]) -> None:
    """Delete the leases of attempts, in the caller's transaction.

    :raises LeaseLost: when one of them does not own its job any more
    """
    job_ids = [claim.job_id for claim in claims]
    attempts = [claim.attempt for claim in claims]
    cr.execute(SQL(_DROP_LEASES, job_ids, attempts), log_exceptions=False)
    if cr.rowcount != len(claims):
        raise LeaseLost(claims)


def finish_together(cr: BaseCursor, claims: Sequence[Claim], success: Success) -> None:
    """Write that all of the jobs are done, in the caller's transaction.

    :raises LeaseLost: when one of the attempts does not own its job any more
    """
    drop_leases(cr, claims)
    query = SQL(
        _FINISH,
        JobState.DONE.value,
        success.exec_time,
        success.result,
        success.result_json.text if success.result_json else None,
        [claim.job_id for claim in claims],
        JobState.STARTED.value,
    )
    cr.execute(query, log_exceptions=False)
    if cr.rowcount != len(claims):
        raise LeaseLost(claims)
