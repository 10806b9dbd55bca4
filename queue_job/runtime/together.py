# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Run jobs that differ only in their records as one call, in one transaction."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from odoo import SUPERUSER_ID, api

from ..core.states import JobState
from ..job import Job
from ..store import attempts
from ..store.attempts import Outcome
from ..store.coalesce import Success, drop_leases, finish_together
from ..store.extensions import is_extended
from ..store.finish import db_now
from .commits import guarded_commits
from .ends import encoded_result, result_text
from .surroundings import Surroundings, job_cursor
from .watchdog import JobInterrupted, Limits

if TYPE_CHECKING:
    from odoo.models import BaseModel
    from odoo.sql_db import BaseCursor

    from ..store.control import Claim

_logger = logging.getLogger(__name__)


def execute_together(around: Surroundings, claims: Sequence[Claim]) -> bool:
    """Call the method of the first job once, on the records of all of them.

    Commits the effects and the ends of all jobs in one transaction. When the call
    fails, or one of the jobs is stopped or lost, nothing of it is kept. Never raises
    for what the jobs do.

    :return: whether all jobs are done; they have to run one by one otherwise
    """
    with job_cursor(around) as cr:
        try:
            _Call(cr, around, claims).run()
        except (Exception, JobInterrupted) as error:
            cr.rollback()
            _logger.info(
                "job %s and %d like it run one by one, their common call failed: %r",
                claims[0].job_id,
                len(claims) - 1,
                error,
            )
            return False
    return True


class _Call:
    """One call for several jobs."""

    def __init__(
        self, cr: BaseCursor, around: Surroundings, claims: Sequence[Claim]
    ) -> None:
        self.cr = cr
        self.around = around
        self.started = time.monotonic()
        self.claims = claims
        env = api.Environment(cr, SUPERUSER_ID, {})
        self.records = env["queue.job"].browse(claim.job_id for claim in claims)
        self.job = Job._load_from_db_record(self.records[0], claims[0].row)
        #: Attempts of each job, this one included.
        self.tries = [(claim.row["retry"] or 0) + 1 for claim in claims]
        #: They were tried before, or requeued.
        self.have_past = [
            bool(claim.row["retry"] or claim.row["result"]) for claim in claims
        ]

    def run(self) -> None:
        """Call the method, end the jobs and commit."""
        result = self._perform()
        success = Success(
            result=result_text(result),
            result_json=None if result is None else encoded_result(self.job, result),
            exec_time=round((time.monotonic() - self.started) / len(self.claims), 6),
        )
        if is_extended(self.records, "write"):
            self._write_each(success)
        else:
            finish_together(self.cr, self.claims, success)
        self._keep_history(success)
        self.cr.commit()  # pylint: disable=invalid-commit
        _logger.info(
            "job %s and %d like it done in %.3fs",
            self.job.uuid,
            len(self.claims) - 1,
            time.monotonic() - self.started,
        )
        for _claim in self.claims:
            self.around.statistics.count(self.job, JobState.DONE, success.exec_time)

    def _perform(self) -> Any:
        job, config = self.job, self.job.job_config
        limits = Limits(config.time_limit, config.memory_limit)
        watching = self.around.watchdog.watch(
            self.claims, self.cr._cnx, limits, self.around.connect
        )
        with guarded_commits(self.cr, self.claims[0], job), watching:
            job.recordset = self._all_records()
            result = job.perform()
            self.cr.flush()
        return result

    def _all_records(self) -> BaseModel:
        records = self.job.recordset
        ids = dict.fromkeys(records.ids)
        for claim in self.claims[1:]:
            ids.update(dict.fromkeys(claim.row["records"]["ids"]))
        return records.browse(ids)

    def _write_each(self, success: Success) -> None:
        """Give those who react to writes on jobs the writes they expect."""
        drop_leases(self.cr, self.claims)
        values = {
            "state": JobState.DONE.value,
            "date_done": db_now(self.cr),
            "exec_time": success.exec_time,
            "result": success.result,
            "result_json": success.result_json,
            **dict.fromkeys(("exc_name", "exc_message", "exc_info")),
        }
        for record, tries in zip(self.records, self.tries, strict=True):
            record.write({**values, "retry": tries})
        self.cr.flush()

    def _keep_history(self, success: Success) -> None:
        """Add the success to the history of those jobs that have one."""
        for claim, tries, has_past in zip(
            self.claims, self.tries, self.have_past, strict=True
        ):
            if has_past:
                attempt = attempts.Attempt(
                    job_id=claim.job_id,
                    number=tries,
                    outcome=Outcome.DONE,
                    date_started=None,
                    duration=success.exec_time,
                )
                attempts.add(self.cr, attempt)
