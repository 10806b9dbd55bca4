# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What each channel does now: for the command line, metrics and health checks.

Reads the engine's small tables alone, the largest by a sample: the cost grows neither
with history nor with what waits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from odoo.sql_db import BaseCursor
from odoo.tools import SQL

from ..store.heads import HEADS
from ..store.sample import sample


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel as it is in force: what the file says wins over the record."""

    name: str
    #: None: as many as the channels above let.
    capacity: int | None
    paused: bool
    sequential: bool
    throttle: int  # seconds between two starts
    #: Workers at work in it and below; this is what the capacity limits.
    running: int
    #: Jobs of the channel itself that a free worker would take.
    runnable: int
    #: Jobs whose time has not come.
    scheduled: int
    #: Jobs that wait for others to use up the tokens of a rate before them.
    in_line: int
    #: Jobs that nobody may take: behind a pause, or behind a failed job of a
    #: sequential channel.
    blocked: int
    #: Age of the oldest job that waits though its time has come.
    oldest_wait: float | None  # seconds
    #: Whether it and all channels above have room for one more job.
    has_room: bool


# 1. Shut are the lanes whose jobs no worker may take whatever the time. -> shut
# 2. A worker counts once in a lane, however many jobs it took ahead. -> DISTINCT
_CHANNELS: Final = (
    HEADS  # nosec B608
    + """, oldest AS (
        SELECT lane_id, min(created) AS created
          FROM (SELECT * FROM head LIMIT 2000) AS first GROUP BY lane_id
    ), ready AS (
        SELECT lane_id, count(*) FILTER (WHERE eta IS NULL) AS due,
               count(*) FILTER (WHERE eta < queue_job_in_line()) AS scheduled,
               count(*) FILTER (WHERE eta = queue_job_in_line()) AS in_line
          FROM queue_job_ready AS ready %(sample)s
         GROUP BY lane_id
    ), running AS (
        SELECT path.lane_id, count(DISTINCT lease.worker_id)::integer AS workers
          FROM queue_job_lease AS lease
          JOIN queue_job_lane AS lane ON lane.id = lease.lane_id
         CROSS JOIN LATERAL unnest(lane.path) AS path (lane_id)
         GROUP BY path.lane_id
    ), above AS (
        SELECT lane.id,
               bool_or(up.paused) OR EXISTS (
                   SELECT FROM queue_job_ready AS failed
                    WHERE failed.lane_id = lane.id AND failed.eta = 'infinity') AS shut,
               bool_and(up.capacity IS NULL
                        OR COALESCE(running.workers, 0) < up.capacity) AS has_room
          FROM queue_job_lane AS lane
          JOIN queue_job_lane AS up ON up.id = ANY (lane.path)
     LEFT JOIN running ON running.lane_id = up.id
         GROUP BY lane.id
    )
    SELECT lane.name, lane.capacity, lane.paused, lane.sequential, lane.throttle,
           COALESCE(running.workers, 0), COALESCE(ready.due, 0),
           COALESCE(ready.scheduled, 0), COALESCE(ready.in_line, 0),
           above.shut, above.has_room,
           EXTRACT(EPOCH FROM clock_timestamp() AT TIME ZONE 'UTC'
                   - oldest.created)::float8
      FROM queue_job_lane AS lane
      JOIN above ON above.id = lane.id
 LEFT JOIN ready ON ready.lane_id = lane.id
 LEFT JOIN running ON running.lane_id = lane.id
 LEFT JOIN oldest ON oldest.lane_id = lane.id
     ORDER BY lane.name
"""
)


def channels(cr: BaseCursor) -> list[Channel]:
    """Return the channels in force, by name; root comes first."""
    ready = sample(cr, "queue_job_ready")
    cr.execute(SQL(_CHANNELS, sample=ready.clause))
    found = []
    for name, capacity, paused, sequential, throttle, *counts in cr.fetchall():
        running, due, scheduled, in_line, is_shut, has_room, oldest = counts
        due = ready.scale(due)
        found.append(
            Channel(
                name=name,
                capacity=capacity,
                paused=paused,
                sequential=sequential,
                throttle=throttle,
                running=running,
                runnable=0 if is_shut else due,
                scheduled=ready.scale(scheduled),
                in_line=ready.scale(in_line),
                blocked=due if is_shut else 0,
                oldest_wait=oldest,
                has_room=has_room and not is_shut,
            )
        )
    return found
