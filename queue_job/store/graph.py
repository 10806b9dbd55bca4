# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""SQL over the graphs of jobs. All run in the caller's transaction; none commits."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from odoo.sql_db import BaseCursor
from odoo.tools import SQL

from ..core.codec import Json
from ..core.edges import Edge
from ..core.states import JobState

# 1. Walks through waiting jobs only: one that is over or about to run keeps its state.
#    -> both ``state`` conditions
# 2. Ends on any graph, visits a job reached by two ways once. -> UNION, not UNION ALL
# 3. Takes no job that another transaction released meanwhile: READ COMMITTED checks
#    the last condition again on the new row, REPEATABLE READ raises 40001.
_DESCENDANTS: Final = """
    WITH RECURSIVE descendant AS (
        SELECT child.id
          FROM queue_job_dependency AS edge
          JOIN queue_job AS child ON child.id = edge.child_id
         WHERE edge.parent_id = ANY(%(ids)s) AND child.state = %(waiting)s
         UNION
        SELECT child.id
          FROM descendant
          JOIN queue_job_dependency AS edge ON edge.parent_id = descendant.id
          JOIN queue_job AS child ON child.id = edge.child_id
         WHERE child.state = %(waiting)s
    )
"""
_CANCEL_DESCENDANTS: Final = f"""
    {_DESCENDANTS}
    UPDATE queue_job AS job
       SET state = %(cancelled)s,
           date_cancelled = clock_timestamp() AT TIME ZONE 'UTC',
           result = %(result)s
      FROM descendant
     WHERE job.id = descendant.id AND job.state = %(waiting)s
 RETURNING job.id
"""  # nosec B608

# A parent may end in another transaction: that one does not see the new edge, this one
# does not see that end. So the engine looks at these parents once both are committed,
# whether they are done or not. -> outbox
_ADD_EDGES: Final = """
    WITH edge AS (
        INSERT INTO queue_job_dependency (parent_id, child_id, on_failure)
        SELECT * FROM unnest(%(parents)s::integer[], %(children)s::integer[],
                             %(policies)s::text[])
        ON CONFLICT DO NOTHING
        RETURNING parent_id
    )
    INSERT INTO queue_job_outbox (parent_id) SELECT DISTINCT parent_id FROM edge
"""


def add_edges(cr: BaseCursor, edges: Iterable[Edge | tuple[int, int]]) -> None:
    """Make stored jobs wait for jobs that are stored already and may run meanwhile."""
    added = [Edge(*edge) for edge in edges]
    cr.execute(
        SQL(
            _ADD_EDGES,
            parents=[edge.parent for edge in added],
            children=[edge.child for edge in added],
            policies=[edge.on_failure.value for edge in added],
        )
    )


def waiting_descendants(cr: BaseCursor, ids: Collection[int]) -> list[int]:
    """Return what waits, directly or not, for the jobs ``ids``."""
    query = SQL(
        f"{_DESCENDANTS} SELECT id FROM descendant",  # nosec B608
        ids=list(ids),
        waiting=JobState.WAIT_DEPENDENCIES.value,
    )
    cr.execute(query)
    return [job_id for (job_id,) in cr.fetchall()]


def cancel_descendants(
    cr: BaseCursor, ids: Collection[int], result: str | None = None
) -> list[int]:
    """Cancel what waits, directly or not, for the jobs ``ids``; return the ids."""
    if not ids:
        return []
    query = SQL(
        _CANCEL_DESCENDANTS,
        ids=list(ids),
        waiting=JobState.WAIT_DEPENDENCIES.value,
        cancelled=JobState.CANCELLED.value,
        result=result,
    )
    cr.execute(query)
    return [job_id for (job_id,) in cr.fetchall()]


def release_children(cr: BaseCursor, ids: Collection[int]) -> list[int]:
    """Make pending the jobs whose last open parent was among ``ids``; return theirs."""
    if not ids:
        return []
    cr.execute(SQL("SELECT queue_job_release_children(%s)", list(ids)))
    return [job_id for (job_id,) in cr.fetchall()]


def edges_between(cr: BaseCursor, ids: Collection[int]) -> list[Edge]:
    """Return the edges whose two ends are among ``ids``, oldest parent first."""
    if not ids:
        return []
    query = SQL(
        """
        SELECT parent_id, child_id, on_failure
          FROM queue_job_dependency
         WHERE parent_id = ANY(%(ids)s) AND child_id = ANY(%(ids)s)
         ORDER BY parent_id, child_id
        """,
        ids=list(ids),
    )
    cr.execute(query)
    return [Edge(*row) for row in cr.fetchall()]


def parent_results(cr: BaseCursor, job_id: int) -> list[Json]:
    """Return what the parents of a job returned, typed JSON, oldest parent first."""
    query = SQL(
        """
        SELECT CASE WHEN parent.state = %(done)s THEN parent.result_json END
          FROM queue_job_dependency AS edge
          JOIN queue_job AS parent ON parent.id = edge.parent_id
         WHERE edge.child_id = %(child)s
         ORDER BY edge.parent_id
        """,
        done=JobState.DONE.value,
        child=job_id or None,
    )
    cr.execute(query)
    return [result for (result,) in cr.fetchall()]
