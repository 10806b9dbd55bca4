# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where jobs of a state are found without reading all jobs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from odoo.sql_db import BaseCursor
from odoo.tools import SQL

from ..core.states import JobState

_PARKED: Final = "queue_job_parked"
#: Tables that together hold all jobs of a state, and perhaps others. Done jobs are in
#: none: the table of jobs itself is little but those.
_TABLES: Final[Mapping[JobState, tuple[str, ...]]] = {
    JobState.PENDING: ("queue_job_ready", "queue_job_lease"),
    JobState.ENQUEUED: ("queue_job_ready", "queue_job_lease"),
    JobState.STARTED: ("queue_job_lease", _PARKED),
    JobState.WAIT_DEPENDENCIES: (_PARKED,),
    JobState.FAILED: (_PARKED,),
    JobState.CANCELLED: (_PARKED,),
}

#: Some 50,000 jobs, or 20,000 parked ones. Fetching more by their id costs more than
#: reading the table, in which they are then no rarity.
_SMALL: Final = 3 * 1024 * 1024  # bytes


def narrow(cr: BaseCursor, states: Collection[str]) -> SQL | None:
    """Return a query of the ids of all jobs in ``states``, and perhaps of others.

    :return: ``None`` when reading the table of jobs is as good
    """
    if not states or not all(state in _TABLES for state in states):
        return None
    tables = sorted({name for state in states for name in _TABLES[JobState(state)]})
    sizes = SQL(" + ").join(SQL("pg_relation_size(%s)", name) for name in tables)
    cr.execute(SQL("SELECT %s", sizes))
    if cr.fetchone()[0] > _SMALL:
        return None
    return SQL(" UNION ALL ").join(_ids(name, states) for name in tables)


def _ids(table: str, states: Collection[str]) -> SQL:
    query = SQL("SELECT job_id FROM %s", SQL.identifier(table))
    if table == _PARKED:
        return SQL("%s WHERE state = ANY(%s)", query, list(states))
    return query
