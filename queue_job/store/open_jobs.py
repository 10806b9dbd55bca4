# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where jobs of a state are found without reading all jobs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from odoo.sql_db import BaseCursor
from odoo.tools import SQL

from ..core.states import JobState

_PARKED: Final = "queue_job_parked"
_HELD: Final = "queue_job_lease"
#: Tables that together hold all jobs of a state, and perhaps others. Done jobs are in
#: none: the table of jobs itself is little but those.
_TABLES: Final[Mapping[JobState, tuple[str, ...]]] = {
    JobState.PENDING: ("queue_job_ready", _HELD),
    JobState.ENQUEUED: ("queue_job_ready", _HELD),
    JobState.STARTED: (_HELD, _PARKED),
    JobState.WAIT_DEPENDENCIES: (_PARKED,),
    JobState.FAILED: (_PARKED,),
    JobState.CANCELLED: (_PARKED,),
}

#: Some 50,000 jobs, or 20,000 parked ones. Fetching more by their id costs more than
#: reading the table, in which they are then no rarity.
_SMALL: Final = 3 * 1024 * 1024  # bytes


def narrow(
    cr: BaseCursor, states: Collection[str], newest: int | None = None
) -> SQL | None:
    """Return a query of the ids of all jobs in ``states``, and perhaps of others.

    :param newest: the query may leave out jobs that were created before so many others
        of these states
    :return: ``None`` when reading the table of jobs is as good
    """
    if not states or not all(state in _TABLES for state in states):
        return None
    tables = sorted({name for state in states for name in _TABLES[JobState(state)]})
    sizes = SQL(" + ").join(SQL("pg_relation_size(%s)", name) for name in tables)
    cr.execute(SQL("SELECT %s", sizes))
    if cr.fetchone()[0] > _SMALL:
        return None
    if newest is None:
        return _union(tables, "job_id", states)
    # Few jobs are held by workers; those are candidates however old they are.
    dated = [name for name in tables if name != _HELD]
    return SQL(
        """
        SELECT job_id FROM %s
         UNION ALL
        (SELECT job_id FROM (%s) AS open ORDER BY created DESC, job_id DESC LIMIT %s)
        """,
        SQL.identifier(_HELD),
        _union(dated, "job_id, created", states),
        newest,
    )


def _union(tables: Collection[str], columns: str, states: Collection[str]) -> SQL:
    return SQL(" UNION ALL ").join(
        SQL("SELECT %s FROM %s%s", SQL(columns), SQL.identifier(name), where)
        for name in tables
        for where in (
            SQL(" WHERE state = ANY(%s)", list(states)) if name == _PARKED else SQL(),
        )
    )
