# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Jobs delayed one by one, inserted together.

A loop of ``with_delay()`` makes one INSERT, not one for each job. As with the ORM's own
writes, the jobs are in the transaction from the call on, and in its table from the next
flush on: a commit, a savepoint, a search of jobs or ``Job.db_record()``. The cursor's
precommit hooks give exactly that life: a flush runs them, a rollback forgets them.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Final

from odoo.sql_db import BaseCursor

from ..store.enqueue import insert_jobs

if TYPE_CHECKING:
    from . import Job

_JOBS: Final = "queue_job.pending"
_KEYS: Final = "queue_job.pending_keys"
_HOOKED: Final = "queue_job.pending_hooked"
#: More rows in one INSERT do not make it faster.
_LIMIT: Final = 500


def add(job: Job, values: dict[str, Any]) -> None:
    """Insert the job at the next flush of its cursor."""
    hooks = job.env.cr.precommit
    if _HOOKED not in hooks.data:
        hooks.data[_HOOKED] = True
        cr = job.env.cr
        hooks.add(lambda: flush(cr))
    waiting = hooks.data.setdefault(_JOBS, [])
    waiting.append((job, values))
    if values["identity_key"]:
        hooks.data.setdefault(_KEYS, set()).add(values["identity_key"])
    job._is_pending = True
    if len(waiting) >= _LIMIT:
        flush(job.env.cr)


def flush(cr: BaseCursor) -> None:
    """Insert the jobs that wait for it, in the order they were delayed."""
    waiting = cr.precommit.data.pop(_JOBS, None)
    cr.precommit.data.pop(_KEYS, None)
    if not waiting:
        return
    jobs = [job for job, _values in waiting]
    ids = insert_jobs(jobs[0].env, [values for _job, values in waiting]).ids
    for job, job_id in zip(jobs, ids, strict=True):
        job._db_id = job_id


def flush_holders(cr: BaseCursor, identity_keys: Collection[str]) -> None:
    """Insert the jobs that wait for it when one of them has one of the keys."""
    if not cr.precommit.data.get(_KEYS, set()).isdisjoint(identity_keys):
        flush(cr)
