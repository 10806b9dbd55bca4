# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What must hold after every fault, and the table that says so.

Jobs stored = jobs in the table; each done job has one effect in the ledger and no other
job has any; no job that is not over is without an owner; no channel ever ran more jobs
than its capacity; a channel that runs one at a time kept its order.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .harness import Database

#: What a worker took ahead may go before a job that came later and is more urgent.
_AHEAD: Final = 1.0  # seconds

# Done without an effect; a discarded exception leaves a result and no effect.
_GAPS: Final = """
    SELECT count(*) FROM queue_job AS job
     WHERE job.state = 'done' AND job.method_name <> 'noop' AND job.result IS NULL
       AND NOT EXISTS (SELECT FROM chaos_ledger AS effect
                        WHERE effect.job_uuid = job.uuid)
"""
_DOUBLES: Final = """
    SELECT count(*) - count(DISTINCT effect.job_uuid) FILTER (WHERE job.state = 'done')
      FROM chaos_ledger AS effect JOIN queue_job AS job ON job.uuid = effect.job_uuid
"""
# An owner is a place where a worker or the leader will find the job.
_STUCK: Final = """
    SELECT count(*) FROM queue_job AS job
     WHERE CASE
           WHEN job.state IN ('pending', 'enqueued') THEN NOT EXISTS (
                    SELECT FROM queue_job_ready AS ready WHERE ready.job_id = job.id)
                AND NOT EXISTS (
                    SELECT FROM queue_job_lease AS lease
                      JOIN queue_job_worker AS worker ON worker.id = lease.worker_id
                     WHERE lease.job_id = job.id)
           WHEN job.state = 'started' THEN NOT EXISTS (
                    SELECT FROM queue_job_lease AS lease
                      JOIN queue_job_worker AS worker ON worker.id = lease.worker_id
                     WHERE lease.job_id = job.id)
           WHEN job.state = 'wait_dependencies' THEN NOT EXISTS (
                    SELECT FROM queue_job_dependency AS edge
                      JOIN queue_job AS parent ON parent.id = edge.parent_id
                     WHERE edge.child_id = job.id
                       AND (parent.state <> 'done'
                            OR parent.id IN (SELECT parent_id FROM queue_job_outbox)))
           END
"""
# The most jobs at work at one moment, by the stamps that they left.
_OVER_CAPACITY: Final = """
    WITH moments AS (
        SELECT lane.name, lane.capacity, moment.at, moment.step
          FROM queue_job_lane AS lane
          JOIN queue_job AS job ON starts_with(job.channel || '.', lane.name || '.')
          JOIN chaos_ledger AS effect ON effect.job_uuid = job.uuid
         CROSS JOIN LATERAL (VALUES (effect.date_start, 1), (effect.date_end, -1))
               AS moment (at, step)
         WHERE lane.capacity IS NOT NULL
    ), loads AS (
        SELECT name, capacity,
               sum(step) OVER (PARTITION BY name ORDER BY at, step) AS load
          FROM moments
    )
    SELECT COALESCE(max(load - capacity), 0) FROM loads WHERE load > capacity
"""
# A job that began although one before it in the order was there, and never postponed.
_OUT_OF_ORDER: Final = """
    WITH effects AS (
        SELECT lane.id AS lane_id, effect.date_start,
               EXTRACT(EPOCH FROM job.date_created)::float8 AS created,
               ROW (job.priority, job.date_created, job.id) AS place,
               job.retry <= 1 AND job.eta IS NULL AND NOT EXISTS (
                   SELECT FROM queue_job_dependency WHERE child_id = job.id) AS prompt
          FROM queue_job_lane AS lane
          JOIN queue_job AS job ON job.channel = lane.name
          JOIN chaos_ledger AS effect ON effect.job_uuid = job.uuid
         WHERE lane.capacity = 1
    )
    SELECT count(*) FROM effects AS early JOIN effects AS late
        ON late.lane_id = early.lane_id AND late.date_start > early.date_start
       AND late.place < early.place
     WHERE late.prompt AND late.created + %s < early.date_start
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One scenario in the table."""

    scenario: str
    jobs: int
    lost: int
    doubled: int
    stuck: int
    over_capacity: int = 0
    out_of_order: int = 0
    #: Seconds until work went on after the fault; None where nothing was measured.
    recovery: float | None = None

    @property
    def is_sound(self) -> bool:
        """Return whether every invariant held."""
        return not (
            self.lost
            or self.doubled
            or self.stuck
            or self.over_capacity
            or self.out_of_order
        )


#: One row for each scenario of this run.
ROWS: Final[list[Row]] = []


def examine(scenario: str, databases: Iterable[Database]) -> Row:
    """Return what a scenario left behind in its databases, as one row."""
    rows = []
    for database in databases:
        over = database.value(_OVER_CAPACITY)
        disorder = database.value(_OUT_OF_ORDER, _AHEAD)
        row = glance(scenario, database)
        rows.append(replace(row, over_capacity=over, out_of_order=disorder))
    return total(scenario, rows)


def glance(scenario: str, database: Database) -> Row:
    """Return what can be told at any moment, while jobs run."""
    jobs = database.value("SELECT count(*) FROM queue_job")
    return Row(
        scenario,
        max(jobs, database.enqueued),
        max(0, database.enqueued - jobs) + database.value(_GAPS),
        database.value(_DOUBLES),
        database.value(_STUCK),
        recovery=database.recovery,
    )


def total(scenario: str, rows: Iterable[Row]) -> Row:
    """Return one row for several: sums, and the longest recovery."""
    rows = list(rows)
    counts = (
        sum(getattr(row, name.name) for row in rows) for name in fields(Row)[1:-1]
    )
    seconds = [row.recovery for row in rows if row.recovery is not None]
    return Row(scenario, *counts, max(seconds, default=None))


def table(rows: Sequence[Row]) -> str:
    """Return the rows as a text table."""
    header = [field.name.replace("_", " ") for field in fields(Row)]
    header[-1] = "seconds to recover"
    cells = [
        header,
        *([_cell(value) for value in asdict(row).values()] for row in rows),
    ]
    widths = [max(len(line[column]) for line in cells) for column in range(len(header))]
    return "\n".join(
        "  ".join(
            [line[0].ljust(widths[0])]
            + [
                cell.rjust(width)
                for cell, width in zip(line[1:], widths[1:], strict=True)
            ]
        )
        for line in cells
    )


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.1f}" if isinstance(value, float) else str(value)


def write(rows: Sequence[Row], folder: Path) -> None:
    """Write the table as ``faults.txt`` and ``faults.json``."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.joinpath("faults.txt").write_text(table(rows) + "\n")
    data = [asdict(row) for row in rows]
    folder.joinpath("faults.json").write_text(json.dumps(data, indent=1) + "\n")
