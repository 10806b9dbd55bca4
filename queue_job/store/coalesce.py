# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The common end of jobs that ran together, with the fence of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from odoo.sql_db import BaseCursor
from odoo.tools import SQL

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


_DROP_LEASES: Final = """
    UPDATE queue_job SET attempt = NULL
     WHERE (id, attempt) IN (SELECT * FROM unnest(%s::integer[], %s::bigint[]))
       AND state = 'started'
"""


def drop_leases(cr: BaseCursor, claims: Sequence[Claim]) -> None:
    """Clear the fences of attempts, in the caller's transaction.

    :raises LeaseLost: when one of them does not own its job any more
    """
    cr.execute(SQL(_DROP_LEASES, *_ids(claims)), log_exceptions=False)
    if cr.rowcount != len(claims):
        raise LeaseLost(claims)


def finish_together(cr: BaseCursor, claims: Sequence[Claim], success: Success) -> None:
    """Write that all of the jobs are done, in the caller's transaction.

    :raises LeaseLost: when one of the attempts does not own its job any more
    """
    query = SQL(
        "SELECT queue_job_done_together(%s, %s, %s, %s, %s)",
        *_ids(claims),
        success.result,
        success.result_json.text if success.result_json else None,
        success.exec_time,
    )
    cr.execute(query, log_exceptions=False)
    if cr.fetchone()[0] != len(claims):
        raise LeaseLost(claims)


def _ids(claims: Sequence[Claim]) -> tuple[list[int], list[int]]:
    return [claim.job_id for claim in claims], [claim.attempt for claim in claims]
