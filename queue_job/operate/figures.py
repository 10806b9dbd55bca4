# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How a queue does, in figures: for the dashboard, metrics and health checks.

Read from the engine's small tables, from the minutes in ``queue_job_stat`` and from
samples of what may be large: the cost does not grow with the number of jobs.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from odoo.sql_db import BaseCursor
from odoo.tools import SQL

from ..store.heads import HEADS
from ..store.sample import sample

#: Failures of more exceptions are not listed.
_MAX_GROUPS: Final = 12
#: A sample that is joined to the jobs, to tell their companies.
_JOINED_ROWS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Backlog:
    """Jobs that are not over; ages in seconds."""

    waiting: int
    scheduled: int
    wait_dependencies: int
    running: int
    failed: int
    failed_lately: int
    #: Age of the oldest job that could start now.
    oldest_wait: float | None
    #: How long the job that began first has been running.
    longest_run: float | None
    #: Whether these are all jobs, not estimates from a sample.
    is_exact: bool


@dataclass(frozen=True, slots=True)
class Worker:
    """A process that runs jobs."""

    id: int
    host: str
    pid: int
    mode: str
    jobs: int
    is_idle: bool
    #: Whether it holds its lock; one that does not is rescued within seconds.
    is_alive: bool
    uptime: float  # seconds


@dataclass(frozen=True, slots=True)
class FailureGroup:
    """Jobs that failed with the same exception and were not dealt with."""

    exc_name: str | None
    count: int
    functions: int
    last: datetime
    message: str | None


def of_companies(
    companies: Collection[int] | None, column: str, none: int | None = None
) -> SQL:
    """Return the condition that a row is of these companies or of none.

    :param companies: None: no condition
    :param none: what stands for none in the column, if not NULL
    """
    if companies is None:
        return SQL("true")
    field = SQL.identifier(*column.split("."))
    nobody = SQL("%s IS NULL", field) if none is None else SQL("%s = %s", field, none)
    return SQL("(%s OR %s = ANY(%s))", nobody, field, list(companies))


_OLDEST: Final = (
    HEADS  # nosec B608
    + """
    SELECT EXTRACT(EPOCH FROM clock_timestamp() AT TIME ZONE 'UTC'
                   - min(created))::float8
      FROM (SELECT created FROM head LIMIT 2000) AS first
"""
)
# What waits for a token of its rate waits: its own time has come. -> in_line
_READY: Final = """
    SELECT count(*) FILTER (WHERE ready.eta IS NULL OR ready.eta = queue_job_in_line()),
           count(*) FILTER (WHERE ready.eta < queue_job_in_line()),
           EXTRACT(EPOCH FROM clock_timestamp() AT TIME ZONE 'UTC'
                   - min(ready.created) FILTER (WHERE ready.eta IS NULL))::float8
      FROM queue_job_ready AS ready %(sample)s %(join)s
"""
# 1. What a worker took ahead did not begin: it waits. -> state
# 2. Jobs set to started by hand are listed as started, too. -> UNION
_RUNNING: Final = """
    SELECT count(*) FILTER (WHERE job.state = 'started'),
           count(*) FILTER (WHERE job.state <> 'started'),
           EXTRACT(EPOCH FROM clock_timestamp() AT TIME ZONE 'UTC'
                   - min(job.date_started) FILTER (WHERE job.state = 'started'))::float8
      FROM (SELECT job_id FROM queue_job_lease
             UNION SELECT job_id FROM queue_job_parked WHERE state = 'started') AS taken
      JOIN queue_job AS job ON job.id = taken.job_id
     WHERE job.state IN ('pending', 'enqueued', 'started') AND %(mine)s
"""
_PARKED: Final = """
    SELECT count(*) FILTER (WHERE state = 'wait_dependencies'),
           count(*) FILTER (WHERE state = 'failed'),
           count(*) FILTER (WHERE state = 'failed' AND since >= now() AT TIME ZONE 'UTC'
                                  - make_interval(hours => %(hours)s))
      FROM queue_job_parked AS parked %(sample)s
     WHERE %(mine)s
"""


def backlog(
    cr: BaseCursor, companies: Collection[int] | None = None, hours: int = 1
) -> Backlog:
    """Return what is not over.

    :param companies: whose jobs count, beside those of no company; None: all jobs
    :param hours: since when a failure is late
    """
    if companies is None:
        ready, join = sample(cr, "queue_job_ready"), SQL()
    else:
        ready = sample(cr, "queue_job_ready", _JOINED_ROWS)
        join = SQL(
            "JOIN queue_job AS job ON job.id = ready.job_id WHERE %s",
            of_companies(companies, "job.company_id"),
        )
    cr.execute(SQL(_READY, sample=ready.clause, join=join))
    waiting, scheduled, oldest = cr.fetchone()
    if companies is None:
        cr.execute(SQL(_OLDEST))
        (oldest,) = cr.fetchone()
    cr.execute(SQL(_RUNNING, mine=of_companies(companies, "job.company_id")))
    running, ahead, longest = cr.fetchone()
    parked = sample(cr, "queue_job_parked")
    mine = of_companies(companies, "company_id")
    cr.execute(SQL(_PARKED, sample=parked.clause, mine=mine, hours=hours))
    children, failed, lately = map(parked.scale, cr.fetchone())
    return Backlog(
        waiting=ready.scale(waiting) + ahead,
        scheduled=ready.scale(scheduled),
        wait_dependencies=children,
        running=running,
        failed=failed,
        failed_lately=lately,
        oldest_wait=oldest,
        longest_run=longest,
        is_exact=ready.is_exact and parked.is_exact,
    )


_WORKERS: Final = """
    SELECT worker.id, worker.host, worker.pid, worker.mode,
           (SELECT count(*) FROM queue_job_lease AS lease
             WHERE lease.worker_id = worker.id),
           worker.id IN (SELECT queue_job_idle()),
           EXISTS (SELECT FROM pg_locks AS held
                    WHERE held.locktype = 'advisory' AND held.objsubid = 2
                      AND held.granted AND held.database = (SELECT oid FROM pg_database
                                            WHERE datname = current_database())
                      AND held.classid::bigint
                          = (hashtext('queue_job')::bigint & 4294967295)
                      AND held.objid::bigint = worker.id),
           EXTRACT(EPOCH FROM now() AT TIME ZONE 'UTC' - worker.date_start)::float8
      FROM queue_job_worker AS worker
     ORDER BY worker.host, worker.pid
"""


def workers(cr: BaseCursor) -> list[Worker]:
    """Return the workers of the database, dead ones that nobody missed yet included."""
    cr.execute(SQL(_WORKERS))
    return [Worker(*row) for row in cr.fetchall()]


_FAILURES: Final = """
    SELECT failure.exc_name, failure.count, failure.functions, failure.last,
           job.exc_message
      FROM (SELECT exc_name, sum(count) AS count, count(*) AS functions,
                   max(last) AS last, max(last_id) AS last_id
              FROM (SELECT exc_name, function, count(*) AS count, max(since) AS last,
                           max(job_id) AS last_id
                      FROM queue_job_parked AS parked %(sample)s
                     WHERE state = 'failed' AND %(mine)s
                     GROUP BY exc_name, function) AS by_function
             GROUP BY exc_name
             ORDER BY 2 DESC, last DESC
             LIMIT %(limit)s) AS failure
 LEFT JOIN queue_job AS job ON job.id = failure.last_id
     ORDER BY failure.count DESC, failure.last DESC
"""


def failures(
    cr: BaseCursor, companies: Collection[int] | None = None
) -> list[FailureGroup]:
    """Return the failed jobs by exception, the most frequent first."""
    parked = sample(cr, "queue_job_parked")
    cr.execute(
        SQL(
            _FAILURES,
            sample=parked.clause,
            mine=of_companies(companies, "company_id"),
            limit=_MAX_GROUPS,
        )
    )
    return [
        FailureGroup(exc_name, parked.scale(count), functions, last, message)
        for exc_name, count, functions, last, message in cr.fetchall()
    ]


_RATES: Final = """
    SELECT channel, sum(attempts)::bigint / %(minutes)s::float8
      FROM queue_job_stat
     WHERE minute > now() AT TIME ZONE 'UTC' - make_interval(mins => %(minutes)s)
       AND outcome IN ('done', 'failed')
     GROUP BY channel
"""


def rates(cr: BaseCursor, minutes: int = 5) -> dict[str, float]:
    """Return the jobs that ended per minute lately, by the jobs' own channel."""
    cr.execute(SQL(_RATES, minutes=minutes))
    return dict(cr.fetchall())


@dataclass(frozen=True, slots=True)
class Total:
    """How attempts of a function in a channel ended since the installation."""

    function: str
    channel: str
    outcome: str
    attempts: int
    run_seconds: float
    wait_seconds: float
    #: Attempts by bucket of ``core.histogram``.
    run_histogram: list[int]
    #: First attempts of jobs without parents by bucket.
    wait_histogram: list[int]


_TOTALS: Final = """
    SELECT function, channel, outcome, attempts, run_seconds, wait_seconds,
           run_histogram, wait_histogram
      FROM queue_job_total
     ORDER BY function, channel, outcome, company_id
"""


def totals(cr: BaseCursor) -> list[Total]:
    """Return counters that never fall; those of each company by themselves."""
    cr.execute(SQL(_TOTALS))
    return [Total(*row) for row in cr.fetchall()]
