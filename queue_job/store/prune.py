# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which finished jobs are old enough to go."""

from __future__ import annotations

from typing import Final

from odoo.sql_db import BaseCursor
from odoo.tools import SQL

from ..core.states import JobState

#: Jobs deleted in one transaction: some 100 ms.
BATCH_SIZE: Final = 1000

# 1. Reads from the oldest job on and stops at the batch's size; what cannot have ended
#    before the shortest interval is not read. -> ORDER BY and first condition, which
#    the index on (date_created, id) serves; there is none on date_done, which changes.
# 2. Waits for nobody: a job that a user or a worker holds is left for next time.
#    -> SKIP LOCKED
_EXPIRED: Final = """
    SELECT job.id
      FROM queue_job AS job
 LEFT JOIN queue_job_channel AS channel ON channel.complete_name = job.channel
     WHERE job.date_created
           <= (now() AT TIME ZONE 'UTC') - %(shortest)s * interval '1 day'
       AND job.state = ANY(%(states)s)
       AND GREATEST(job.date_done, job.date_cancelled)
           <= (now() AT TIME ZONE 'UTC')
            - COALESCE(channel.removal_interval, %(root)s) * interval '1 day'
     ORDER BY job.date_created, job.id
     LIMIT %(limit)s
       FOR UPDATE OF job SKIP LOCKED
"""


def expired_job_ids(cr: BaseCursor, default_interval: int) -> list[int]:
    """Lock and return jobs that ended more than their channel's interval ago.

    :param default_interval: days, when there is not even a root channel
    """
    cr.execute(
        SQL(
            """
            SELECT min(removal_interval),
                   min(removal_interval) FILTER (WHERE complete_name = 'root')
              FROM queue_job_channel
            """
        )
    )
    shortest, root = cr.fetchone()
    query = SQL(
        _EXPIRED,
        shortest=default_interval if shortest is None else shortest,
        root=default_interval if root is None else root,
        states=[JobState.DONE.value, JobState.CANCELLED.value],
        limit=BATCH_SIZE,
    )
    cr.execute(query)
    return [job_id for (job_id,) in cr.fetchall()]
