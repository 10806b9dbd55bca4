# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What channels do right now, read from the engine's small tables alone."""

from __future__ import annotations

from typing import Final, NamedTuple

from odoo.sql_db import BaseCursor
from odoo.tools import SQL

from .sample import sample


class Occupancy(NamedTuple):
    """Jobs of a channel and the channels below it."""

    #: Workers at work; this is what the capacity limits.
    running: int = 0
    #: Jobs that would start now if there were room.
    waiting: int = 0
    #: Jobs whose time has not come.
    scheduled: int = 0


class Override(NamedTuple):
    """What the configuration file says about a channel."""

    capacity: int | None
    sequential: bool
    throttle: int
    paused: bool


# 1. A worker counts once per channel, however many jobs it took ahead: it runs them one
#    after the other. -> count(DISTINCT)
# 2. A lane's jobs count for all lanes on its path. -> unnest(path)
# 3. Ready jobs are counted per lane before the paths multiply them. -> ready
# 4. The cost does not grow with what waits. -> sample
# 5. What waits for a token of its rate waits: its own time has come. -> in_line
_OCCUPANCY: Final = """
    WITH ready AS (
        SELECT lane_id,
               count(*) FILTER (WHERE eta IS NULL OR eta = queue_job_in_line())
                   AS waiting,
               count(*) FILTER (WHERE eta < queue_job_in_line()) AS scheduled
          FROM queue_job_ready AS ready %(sample)s
         GROUP BY lane_id
    ), running AS (
        SELECT path.lane_id, count(DISTINCT lease.worker_id) AS workers
          FROM queue_job_lease AS lease
          JOIN queue_job_lane AS lane ON lane.id = lease.lane_id
         CROSS JOIN LATERAL unnest(lane.path) AS path (lane_id)
         GROUP BY path.lane_id
    ), below AS (
        SELECT path.lane_id, sum(ready.waiting) AS waiting,
               sum(ready.scheduled) AS scheduled
          FROM ready
          JOIN queue_job_lane AS lane ON lane.id = ready.lane_id
         CROSS JOIN LATERAL unnest(lane.path) AS path (lane_id)
         GROUP BY path.lane_id
    )
    SELECT lane.name, COALESCE(running.workers, 0)::integer,
           COALESCE(below.waiting, 0)::integer, COALESCE(below.scheduled, 0)::integer
      FROM queue_job_lane AS lane
 LEFT JOIN running ON running.lane_id = lane.id
 LEFT JOIN below ON below.lane_id = lane.id
"""


def occupancy(cr: BaseCursor) -> dict[str, Occupancy]:
    """Return what each channel does, by full name.

    Of a backlog of some 50,000 jobs or more the numbers are estimates.
    """
    ready = sample(cr, "queue_job_ready")
    cr.execute(SQL(_OCCUPANCY, sample=ready.clause))
    return {
        name: Occupancy(running, ready.scale(waiting), ready.scale(scheduled))
        for name, running, waiting, scheduled in cr.fetchall()
    }


def overrides(cr: BaseCursor) -> dict[str, Override]:
    """Return the channels set by the configuration file, by full name."""
    cr.execute(
        SQL(
            "SELECT name, capacity, sequential, throttle, paused"
            "  FROM queue_job_lane_override"
        )
    )
    return {name: Override(*values) for name, *values in cr.fetchall()}
