# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Progress of jobs that run, and users who want to hear of the end of jobs.

All in the caller's transaction; ``notices.sql`` has the tables.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from odoo.sql_db import BaseCursor
from odoo.tools import SQL

from ..core.progress import Progress
from ..core.states import FINAL_STATES

#: Ends told in one transaction.
_BATCH: Final = 100

# What is taken here is told once: a rival waits for the row and finds it gone.
_TAKE: Final = """
    DELETE FROM %(table)s AS told
     WHERE ctid = ANY (ARRAY(
           SELECT row.ctid FROM %(table)s AS row
             LEFT JOIN queue_job AS job ON job.id = row.job_id
            WHERE job.id IS NULL OR job.state = ANY(%(states)s) IS %(over)s
            LIMIT %(limit)s FOR UPDATE OF row SKIP LOCKED))
 RETURNING %(columns)s
"""


def report(cr: BaseCursor, job_id: int, progress: Progress) -> None:
    """Keep the progress of a job that runs."""
    cr.execute(
        SQL(
            """
            INSERT INTO queue_job_progress (job_id, done, total, message, reported)
            VALUES (%s, %s, %s, %s, clock_timestamp() AT TIME ZONE 'UTC')
            ON CONFLICT (job_id) DO UPDATE
               SET done = EXCLUDED.done, total = EXCLUDED.total,
                   message = EXCLUDED.message, reported = EXCLUDED.reported
            """,
            job_id,
            progress.done,
            progress.total,
            progress.message,
        )
    )


def read(cr: BaseCursor, ids: Collection[int]) -> dict[int, Progress]:
    """Return the progress of those of the jobs that run and reported one."""
    if not ids:
        return {}
    cr.execute(
        SQL(
            """
            SELECT job.id, progress.done, progress.total, progress.message
              FROM queue_job_progress AS progress
              JOIN queue_job AS job ON job.id = progress.job_id
             WHERE job.id = ANY(%s) AND job.state = 'started'
               -- not what an earlier attempt reported
               AND progress.reported >= job.date_started
            """,
            list(ids),
        )
    )
    return {row[0]: Progress(*row[1:]) for row in cr.fetchall()}


def watch(cr: BaseCursor, pairs: Collection[tuple[int, int]]) -> None:
    """Tell users of the end of jobs; ``pairs``: (job id, user id)."""
    if pairs:
        cr.execute_values(
            "INSERT INTO queue_job_watch (job_id, user_id) VALUES %s"
            " ON CONFLICT DO NOTHING",
            list(pairs),
        )


def unwatch(cr: BaseCursor, ids: Collection[int], user_id: int) -> None:
    """Tell a user no more of the end of the jobs."""
    cr.execute(
        SQL(
            "DELETE FROM queue_job_watch WHERE job_id = ANY(%s) AND user_id = %s",
            list(ids),
            user_id,
        )
    )


def watched_by(cr: BaseCursor, ids: Collection[int], user_id: int) -> set[int]:
    """Return those of the jobs of whose end the user will be told."""
    cr.execute(
        SQL(
            "SELECT job_id FROM queue_job_watch"
            " WHERE job_id = ANY(%s) AND user_id = %s",
            list(ids),
            user_id,
        )
    )
    return {job_id for (job_id,) in cr.fetchall()}


def take_watched_ends(cr: BaseCursor) -> list[tuple[int, int]]:
    """Return (job id, user id) of jobs that are over, each pair once."""
    states = [state.value for state in FINAL_STATES]
    rows = _take(cr, "queue_job_watch", "job_id, user_id", states, over=True)
    return [(job_id, user_id) for job_id, user_id in rows]


def take_reported_ends(cr: BaseCursor) -> list[int]:
    """Return the jobs that reported progress and do not run any more, each once."""
    rows = _take(cr, "queue_job_progress", "job_id", ["started"], over=False)
    return [job_id for (job_id,) in rows]


def take_failures(cr: BaseCursor) -> list[int]:
    """Return jobs that failed and whose function has policies for that, each once."""
    cr.execute(
        SQL(
            """
            DELETE FROM queue_job_failure
             WHERE ctid = ANY (ARRAY(
                   SELECT ctid FROM queue_job_failure
                    LIMIT %s FOR UPDATE SKIP LOCKED))
         RETURNING job_id
            """,
            _BATCH,
        ),
        log_exceptions=False,
    )
    return list(dict.fromkeys(job_id for (job_id,) in cr.fetchall()))


def _take(
    cr: BaseCursor, table: str, columns: str, states: list[str], over: bool
) -> list[tuple[int, ...]]:
    cr.execute(
        SQL(
            _TAKE,
            table=SQL.identifier(table),
            states=states,
            over=over,
            limit=_BATCH,
            columns=SQL(columns),
        ),
        log_exceptions=False,
    )
    return cr.fetchall()
