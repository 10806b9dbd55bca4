# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whether the queue of a database works, for load balancers and probes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

from odoo.sql_db import BaseCursor
from odoo.tools import SQL

from . import figures
from .channels import Channel, channels
from .leadership import has_leader

#: A worker that is idle takes a job within milliseconds; after this something is wrong.
_STALLED: Final = 60.0  # seconds
_HAS_CRON: Final = """
    SELECT EXISTS (
        SELECT FROM ir_cron AS cron
          JOIN ir_model_data AS data
            ON data.model = 'ir.cron' AND data.res_id = cron.id
         WHERE data.module = 'queue_job' AND data.name = 'ir_cron_queue_job'
           AND cron.active)
"""


@dataclass(frozen=True, slots=True)
class Health:
    """How the queue of a database is; no name of a job or a record."""

    #: What is wrong, in words; empty when nothing is.
    problems: tuple[str, ...]
    leader: bool
    #: Workers that are alive.
    workers: int
    idle_workers: int
    #: Of the root channel; None: no limit.
    capacity: int | None
    running: int
    waiting: int
    paused: bool
    #: Seconds.
    oldest_wait: float | None

    @property
    def is_healthy(self) -> bool:
        """Return whether jobs run as they should."""
        return not self.problems

    def as_json(self) -> dict[str, Any]:
        """Return what is told to a probe."""
        return {"status": "ok" if self.is_healthy else "unhealthy", **asdict(self)}


def examine(cr: BaseCursor, max_wait: float | None = None) -> Health:
    """Return the health of a database; reads only.

    A queue that was paused on purpose is healthy.

    :param max_wait: seconds a job may wait for a worker; None: as long as it takes
    """
    alive = [worker for worker in figures.workers(cr) if worker.is_alive]
    lanes = channels(cr)
    root = next(lane for lane in lanes if lane.name == "root")
    waits = [lane.oldest_wait for lane in lanes if lane.runnable and lane.oldest_wait]
    health = Health(
        problems=(),
        leader=has_leader(cr),
        workers=len(alive),
        idle_workers=sum(worker.is_idle for worker in alive),
        capacity=root.capacity,
        running=root.running,
        waiting=sum(lane.runnable for lane in lanes),
        paused=root.paused,
        oldest_wait=max(waits, default=None),
    )
    return _with_problems(health, lanes, _is_driven_by_cron(cr), max_wait)


def _with_problems(
    health: Health, lanes: list[Channel], has_cron: bool, max_wait: float | None
) -> Health:
    problems = []
    if not health.workers and not has_cron:
        problems.append("no worker is alive and the scheduled action is off")
    if health.workers and not health.leader:
        problems.append("no leader: jobs of workers that die stay where they are")
    if health.idle_workers and any(map(_is_stalled, lanes)):
        problems.append("jobs wait although a worker is idle and has room for them")
    oldest = health.oldest_wait or 0
    if max_wait is not None and oldest > max_wait and not health.paused:
        problems.append(f"a job has waited {oldest:.0f} seconds for a worker")
    values = {**asdict(health), "problems": tuple(problems)}
    return Health(**values)


def _is_stalled(lane: Channel) -> bool:
    return bool(
        lane.runnable
        and lane.has_room
        and not lane.throttle
        and (lane.oldest_wait or 0) > _STALLED
    )


def _is_driven_by_cron(cr: BaseCursor) -> bool:
    cr.execute(SQL(_HAS_CRON))
    return cr.fetchone()[0]
