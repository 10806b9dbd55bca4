# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the buttons do to jobs, set-based. Runs in the caller's transaction.

One UPDATE for any number of jobs. Which states a button acts on is read from
``core.states.TRANSITIONS``; jobs in other states are left alone.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from odoo.sql_db import BaseCursor
from odoo.tools import SQL

from ..core.states import JobEvent, JobState, requeue_target, sources
from . import graph

# 1. A parent that is requeued by the same statement is not done any more, although the
#    statement's snapshot still shows it so. -> first line of the EXISTS condition
# 2. The success of a job that is run again stays in its history, which has all other
#    attempts already. -> success
# 3. A job in chunks goes on where it was interrupted, and begins again when it was
#    done. -> position
# 4. What was put aside in another channel because it failed goes back to its own.
#    -> origin_channel
_REQUEUE: Final = """
    WITH success AS (
        INSERT INTO queue_job_attempt
               (job_id, number, outcome, date_started, date_ended, duration)
        SELECT job.id, job.retry, 'done', job.date_started, job.date_done, job.exec_time
          FROM queue_job AS job
         WHERE job.id = ANY(%(ids)s) AND job.state = %(done)s
           AND job.exec_time IS NOT NULL
           AND NOT EXISTS (SELECT FROM queue_job_attempt AS known
                            WHERE known.job_id = job.id
                              AND known.date_ended >= job.date_done)
    )
    UPDATE queue_job AS job
       SET state = CASE WHEN EXISTS (
                   SELECT FROM queue_job_dependency AS edge
                     JOIN queue_job AS parent ON parent.id = edge.parent_id
                    WHERE edge.child_id = job.id
                      AND (parent.id = ANY(%(ids)s)
                           OR parent.state <> %(done)s
                              AND NOT (parent.state = %(failed)s
                                       AND edge.on_failure = 'run')))
               THEN %(waiting)s ELSE %(pending)s END,
           retry = 0,
           date_enqueued = NULL, date_started = NULL, date_done = NULL,
           date_cancelled = NULL, exec_time = NULL, worker_pid = NULL,
           channel = COALESCE(job.origin_channel, job.channel), origin_channel = NULL,
           result = %(result)s, result_json = NULL,
           exc_name = NULL, exc_message = NULL, exc_info = NULL,
           position = CASE WHEN job.state <> %(done)s THEN job.position END
     WHERE job.id = ANY(%(ids)s) AND job.state = ANY(%(sources)s)
 RETURNING job.id
"""

_SET_DONE: Final = """
    UPDATE queue_job AS job
       SET state = %(done)s,
           date_done = clock_timestamp() AT TIME ZONE 'UTC',
           result = %(result)s,
           exc_name = NULL, exc_message = NULL, exc_info = NULL
     WHERE job.id = ANY(%(ids)s) AND job.state = ANY(%(sources)s)
 RETURNING job.id
"""

_CANCEL: Final = """
    UPDATE queue_job AS job
       SET state = %(cancelled)s,
           date_cancelled = clock_timestamp() AT TIME ZONE 'UTC',
           result = %(result)s
     WHERE job.id = ANY(%(ids)s) AND job.state = ANY(%(sources)s)
 RETURNING job.id
"""

_STATEMENTS: Final = {
    JobEvent.REQUEUE: _REQUEUE,
    JobEvent.SET_DONE: _SET_DONE,
    JobEvent.CANCEL: _CANCEL,
}


#: Smaller than what anybody gives: such a job runs before all others.
RUN_NOW_PRIORITY: Final = -1000

_HURRY: Final = """
    UPDATE queue_job
       SET eta = NULL, priority = LEAST(priority, %(priority)s)
     WHERE id = ANY(%(ids)s) AND state = ANY(%(states)s)
 RETURNING id
"""


def hurry(cr: BaseCursor, ids: Collection[int]) -> list[int]:
    """Let those of the jobs that wait for a worker run before all others, and now."""
    states = [JobState.PENDING.value, JobState.ENQUEUED.value]
    cr.execute(SQL(_HURRY, priority=RUN_NOW_PRIORITY, ids=list(ids), states=states))
    return [job_id for (job_id,) in cr.fetchall()]


def apply(
    cr: BaseCursor,
    event: JobEvent,
    ids: Collection[int],
    result: str | None = None,
    result_of_descendants: str | None = None,
) -> list[int]:
    """Make ``event`` happen to those of the jobs it can happen to; return their ids.

    Cancelling cancels what waits for the jobs, setting done releases it.

    :raises KeyError: for an event that is not a button's
    """
    query = SQL(
        _STATEMENTS[event],
        ids=list(ids),
        sources=[state.value for state in sources(event)],
        waiting=requeue_target(has_open_parent=True).value,
        pending=requeue_target(has_open_parent=False).value,
        done=JobState.DONE.value,
        failed=JobState.FAILED.value,
        cancelled=JobState.CANCELLED.value,
        result=result,
    )
    cr.execute(query)
    changed = [job_id for (job_id,) in cr.fetchall()]
    if event is JobEvent.CANCEL:
        graph.cancel_descendants(cr, changed, result_of_descendants or result)
    elif event is JobEvent.SET_DONE:
        graph.release_children(cr, changed)
    return changed
