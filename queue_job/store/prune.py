# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which finished jobs are old enough to go. All in the caller's transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from odoo.sql_db import BaseCursor
from odoo.tools import SQL

from ..core.states import FINAL_STATES, JobState

#: Jobs looked at, and at most deleted, in one transaction: some 50 ms.
BATCH_SIZE: Final = 1000
#: The channel whose days apply to jobs of channels that are gone.
_ROOT: Final = "root"

#: In the order of the columns of ``_INTERVALS``.
_STATES: Final = (JobState.DONE, JobState.CANCELLED, JobState.FAILED)
# Days by channel; what a channel leaves open its ancestors say.
_INTERVALS: Final = """
    WITH RECURSIVE kept AS (
        SELECT id, complete_name, removal_interval AS done,
               NULLIF(removal_interval_cancelled, 0) AS cancelled,
               NULLIF(removal_interval_failed, 0) AS failed
          FROM queue_job_channel
         WHERE parent_id IS NULL
         UNION ALL
        SELECT child.id, child.complete_name, child.removal_interval,
               COALESCE(NULLIF(child.removal_interval_cancelled, 0), kept.cancelled),
               COALESCE(NULLIF(child.removal_interval_failed, 0), kept.failed)
          FROM kept JOIN queue_job_channel AS child ON child.parent_id = kept.id
    )
    SELECT complete_name, done, COALESCE(cancelled, done), failed FROM kept
"""

# 1. Cost is that of a batch, whatever is kept before it. -> the sweep's place, and the
#    index on (date_created, id); there is none on date_done, which changes.
# 2. What cannot have ended before the shortest interval is not read. -> shortest
# 3. A graph goes when all of it is over: until then its members show what happened.
#    -> open_graph
_BATCH: Final = """
    WITH days AS (
        SELECT *
          FROM unnest(%(channels)s::text[], %(states)s::text[], %(days)s::integer[])
               AS days (channel, state, days)
    ), batch AS (
        SELECT job.id, job.date_created, job.graph_uuid,
               GREATEST(job.date_done, job.date_cancelled)
               <= (now() AT TIME ZONE 'UTC') - days.days * interval '1 day' AS is_old
          FROM (SELECT *
                  FROM queue_job
                 WHERE (date_created, id) > (COALESCE(
                           (SELECT date_created FROM queue_job_sweep), '-infinity'),
                           COALESCE((SELECT job_id FROM queue_job_sweep), 0))
                   AND date_created
                       <= (now() AT TIME ZONE 'UTC') - %(shortest)s * interval '1 day'
                 ORDER BY date_created, id
                 LIMIT %(limit)s) AS job
     LEFT JOIN days
            ON days.state = job.state
           AND days.channel = CASE WHEN job.channel = ANY(%(channels)s)
                                   THEN job.channel ELSE %(root)s END
    ), open_graph AS (
        SELECT graph_uuid
          FROM (SELECT DISTINCT graph_uuid FROM batch WHERE is_old) AS graph
         WHERE EXISTS (SELECT FROM queue_job AS member
                        WHERE member.graph_uuid = graph.graph_uuid
                          AND member.state <> ALL(%(final)s))
    )
    SELECT id, date_created,
           COALESCE(is_old, false)
           AND (graph_uuid IS NULL OR graph_uuid NOT IN (SELECT * FROM open_graph))
      FROM batch
     ORDER BY date_created, id
"""

# Waits for nobody: a job that a user holds is left for the next sweep.
_LOCK: Final = "SELECT id FROM queue_job WHERE id = ANY(%s) FOR UPDATE SKIP LOCKED"

_GO_ON: Final = """
    INSERT INTO queue_job_sweep (date_created, job_id) VALUES (%s, %s)
    ON CONFLICT (only_one) DO UPDATE
       SET date_created = EXCLUDED.date_created, job_id = EXCLUDED.job_id
"""


@dataclass(frozen=True, slots=True)
class Batch:
    """Jobs to delete, locked."""

    job_ids: list[int]
    #: Whether there is more to look at in this sweep.
    has_next: bool


def next_batch(cr: BaseCursor, default_interval: int) -> Batch:
    """Return the next jobs that ended longer ago than their channel keeps them.

    From the oldest job on, a batch at each call; after the last one it begins again.

    :param default_interval: days, when there is not even a root channel
    """
    cr.execute(_INTERVALS)
    known = cr.fetchall() or [(_ROOT, default_interval, default_interval, None)]
    intervals = [
        (channel, state.value, interval)
        for channel, *by_state in known
        for state, interval in zip(_STATES, by_state, strict=True)
        if interval is not None and interval >= 0  # negative: for ever
    ]
    channels, states, days = map(list, zip(*intervals, strict=True))
    query = SQL(
        _BATCH,
        channels=channels,
        states=states,
        days=days,
        shortest=min(days),
        root=_ROOT,
        final=[state.value for state in FINAL_STATES],
        limit=BATCH_SIZE,
    )
    cr.execute(query)
    rows = cr.fetchall()
    has_next = len(rows) == BATCH_SIZE
    if has_next:
        job_id, date_created, _is_old = rows[-1]
        cr.execute(SQL(_GO_ON, date_created, job_id))
    else:
        cr.execute("DELETE FROM queue_job_sweep")
    cr.execute(SQL(_LOCK, [job_id for job_id, _date, is_old in rows if is_old]))
    return Batch([job_id for (job_id,) in cr.fetchall()], has_next)
