# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Run one claimed job: environment, method, end, all in the job's own transaction."""

from __future__ import annotations

import logging
import time
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import psycopg2
import psycopg2.errors

from odoo import SUPERUSER_ID, api
from odoo.exceptions import ConcurrencyError

from ..core.redact import redact
from ..core.retry import PG_RETRY, may_retry
from ..core.retry_policy import RetryPolicy, Verdict
from ..core.states import JobState
from ..exception import FailedJobError, NothingToDoJob, RetryableJobError
from ..job import Job
from ..store import attempts
from ..store.attempts import Outcome
from ..store.extensions import is_extended
from ..store.finish import LeaseLost, db_now, drop_lease, end_stamp, finish
from .commits import CommittedChunks, MakeRoom, guarded_commits
from .ends import (
    done_values,
    encoded_result,
    exc_message,
    exc_name,
    failed_values,
    pending_values,
    result_text,
)
from .observation import Observation
from .progress import ProgressReporter
from .surroundings import Surroundings, job_cursor
from .watchdog import (
    JobInterrupted,
    JobMemoryLimitError,
    JobTimeLimitError,
    Limits,
    Watch,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from odoo.models import BaseModel
    from odoo.sql_db import BaseCursor

    from ..store.control import Claim

_logger = logging.getLogger(__name__)

#: PostgreSQL says "try again": another transaction was faster. Or the store does, to a
#: job that delayed one whose identity key another transaction had just taken.
CONCURRENCY_ERRORS: Final = (
    ConcurrencyError,
    psycopg2.errors.SerializationFailure,
    psycopg2.errors.DeadlockDetected,
    psycopg2.errors.LockNotAvailable,
)
_FAILURES: Final[dict[type[Exception], Outcome]] = {
    JobTimeLimitError: Outcome.TIME_LIMIT,
    JobMemoryLimitError: Outcome.MEMORY_LIMIT,
}


def execute(around: Surroundings, claim: Claim) -> JobState | None:
    """Run a job that this process has claimed, and write its end.

    Commits: the job's effects and its end in one transaction, or its end alone when it
    failed. Never raises for what the job does.

    :return: the state the job has now; None when it was given to another worker
    """
    with job_cursor(around) as cr:
        return _Attempt(cr, claim, around).run()


def cancel(around: Surroundings, claim: Claim, reason: str | None) -> JobState | None:
    """Write that a job which has begun is cancelled; commits.

    :return: the state the job has now; None when it was given to another worker
    """
    with job_cursor(around) as cr:
        return _Attempt(cr, claim, around).cancel(reason)


class _Attempt:
    """One run of one job on one cursor."""

    def __init__(self, cr: BaseCursor, claim: Claim, around: Surroundings) -> None:
        self.cr = cr
        self.claim = claim
        self.around = around
        self.started = time.monotonic()
        env = api.Environment(cr, SUPERUSER_ID, {})
        self.record: BaseModel = env["queue.job"].browse(claim.job_id)
        #: None while it cannot be read.
        self.job: Any = None
        self.observation = Observation(around.dbname)
        #: It was tried before, or requeued, of which its result tells: then even its
        #: success is kept.
        self.has_past = False

    def run(self) -> JobState | None:
        """Perform and end the job; see :func:`execute`."""
        with self.observation:
            return self._run()

    def _run(self) -> JobState | None:
        try:
            job = self.job = Job._load_from_db_record(self.record, self.claim.row)
            self.observation.begin(job)
            self.has_past = bool(job.retry or job.result)
            return self._perform()
        except LeaseLost:
            self.cr.rollback()
            _logger.warning(
                "job %s was given to another worker while this one ran it; "
                "what it did here is rolled back",
                self.claim.job_id,
                extra={"action": "job_lost"},
            )
            return None
        except MakeRoom:
            return self._make_room()
        except JobInterrupted as interruption:
            if interruption.cause is not None:
                # The traceback then shows where the job was.
                interruption.cause.__cause__ = interruption
                return self._judge(interruption.cause)
            return self.cancel(interruption.reason)
        except CONCURRENCY_ERRORS as error:
            return self._retry_after_conflict(error)
        except Exception as error:
            return self._judge(error)

    def _judge(self, error: Exception) -> JobState | None:
        """End the attempt as the function's lists say, else as the exception does."""
        policy = self.job.job_config.retry_policy if self.job else RetryPolicy()
        verdict = policy.verdict(error)
        if verdict is Verdict.FAIL:
            return self._fail(error)
        if verdict is Verdict.DISCARD:
            self.cr.rollback()
            values = done_values(self.job.retry, str(error) or None, self._elapsed())
            return self._end(values, Outcome.DISCARDED, error)
        if isinstance(error, RetryableJobError):
            return self._retry(error, error.seconds, error.ignore_retry)
        if verdict is Verdict.RETRY:
            return self._retry_or_fail(error, None)
        return self._fail(error)

    def _perform(self) -> JobState:
        job, cr, claim = self.job, self.cr, self.claim
        with guarded_commits(cr, claim, job), self._watched() as watch:
            job._owns_cursor = True
            job.report = ProgressReporter(self.around.dbname, claim.job_id)
            job.chunks = CommittedChunks(cr, claim, job, watch, self.around.is_stopping)
            try:
                result = job.perform()
            except NothingToDoJob as nothing:
                result = str(nothing)
            cr.flush()
        values = done_values(job.retry, result_text(result), self._elapsed())
        if result is not None:
            values["result_json"] = encoded_result(job, result)
        state = self._write(values)
        if self.has_past:
            self._keep(Outcome.DONE, None)
        # the job and its end, at once
        cr.commit()  # pylint: disable=invalid-commit
        seconds = self._elapsed()
        extra = {"action": "job_done", "run_seconds": seconds}
        _logger.info("job %s done in %.3fs", job.uuid, seconds, extra=extra)
        self.observation.end(Outcome.DONE)
        self.around.statistics.count(job, state, seconds)
        return state

    def _watched(self) -> AbstractContextManager[Watch]:
        config = self.job.job_config
        limits = Limits(config.time_limit, config.memory_limit)
        return self.around.watchdog.watch(
            [self.claim], self.cr._cnx, limits, self.around.connect
        )

    # -- ends --

    def _retry_or_fail(self, error: Exception, seconds: int | None) -> JobState | None:
        job = self.job
        if job is not None and not may_retry(job.retry, job.max_retries):
            failure = FailedJobError(
                f"Max. retries ({job.max_retries}) reached: {error}"
            )
            failure.__cause__ = error
            return self._fail(failure)
        return self._retry(error, seconds, False)

    def _retry_after_conflict(self, error: Exception) -> JobState | None:
        """Try the job again, however often another transaction was faster.

        It did nothing wrong, and each time another one got on: no attempt is lost.
        """
        if self.job is not None:
            self.job.retry = max(0, self.job.retry - 1)
        return self._retry(error, PG_RETRY, True)

    def _retry(
        self, error: Exception, seconds: Any, ignore_retry: bool
    ) -> JobState | None:
        # perform() has given the attempt back already when it must not count.
        self.cr.rollback()
        job = self.job
        seconds = job._get_retry_seconds(seconds)
        _logger.info(
            "job %s postponed %s seconds (attempt %s%s): %s",
            job.uuid,
            seconds,
            job.retry,
            ", not counted" if ignore_retry else "",
            error,
            extra=self._extra("job_retried"),
        )
        now = self.cr.now()
        return self._end(
            pending_values(
                job.retry,
                eta=now + timedelta(seconds=seconds),
                result=redact(str(error)),
            ),
            Outcome.RETRIED,
            error,
        )

    def _make_room(self) -> JobState | None:
        """Give the job back between two chunks; the attempt does not count."""
        _logger.info("job %s makes room, it goes on from where it is", self.job.uuid)
        return self._end(pending_values(0, eta=None), Outcome.MADE_ROOM, None)

    def cancel(self, reason: str | None) -> JobState | None:
        """End the job as cancelled, and what waits for it."""
        self.cr.rollback()
        self.job = self.job or Job._load_from_db_record(self.record, self.claim.row)
        _logger.info(
            "job %s cancelled while it ran: %s",
            self.job.uuid,
            reason,
            extra=self._extra("job_cancelled"),
        )
        return self._end(
            {
                "state": JobState.CANCELLED.value,
                "retry": self.job.retry,
                "result": reason,
                "worker_pid": None,
            },
            Outcome.CANCELLED,
            None,
            lambda _values: self.job.cancel_dependent_jobs(),
        )

    def _fail(self, error: Exception) -> JobState | None:
        self.cr.rollback()
        retry = self.job.retry if self.job else 1
        values = failed_values(retry, error, self._elapsed())
        _logger.error(
            "job %s failed: %s",
            self.job.uuid if self.job else self.claim.job_id,
            values["exc_message"],
            exc_info=error,
            extra=self._extra("job_failed"),
        )
        outcome = _FAILURES.get(type(error), Outcome.FAILED)
        return self._end(values, outcome, error, self._after_failure)

    def _end(
        self,
        values: dict[str, Any],
        outcome: Outcome,
        error: Exception | None,
        then: Callable[[dict[str, Any]], None] | None = None,
    ) -> JobState | None:
        """Write an end that keeps nothing of what the job did, and commit it."""
        try:
            state = self._write(values)
            self._keep(outcome, error, values.get("exc_info"))
            if then:
                self._isolated(then, values)
            self.cr.commit()  # pylint: disable=invalid-commit
        except (LeaseLost, *CONCURRENCY_ERRORS) as conflict:
            self.cr.rollback()
            _logger.warning(
                "job %s was changed by somebody else while it ended as %s: %r",
                self.claim.job_id,
                values["state"],
                conflict,
            )
            return None
        self.observation.end(outcome, error)
        if self.job is not None and outcome is not Outcome.MADE_ROOM:
            self.around.statistics.count(self.job, state, self._elapsed())
        return state

    def _keep(
        self, outcome: Outcome, error: Exception | None, exc_info: str | None = None
    ) -> None:
        """Add this attempt to the history of the job."""
        attempts.add(
            self.cr,
            attempts.Attempt(
                job_id=self.claim.job_id,
                number=self.job.retry if self.job else 1,
                outcome=outcome,
                date_started=None,
                duration=self._elapsed(),
                exc_name=exc_name(error) if error else None,
                exc_message=exc_message(error) if error else None,
                exc_info=exc_info,
            ),
        )

    def _isolated(
        self, then: Callable[[dict[str, Any]], None], values: dict[str, Any]
    ) -> None:
        """Call a follow-up whose own failure must not undo the job's end."""
        try:
            with self.cr.savepoint():
                then(values)
        except CONCURRENCY_ERRORS:
            raise
        except Exception:
            _logger.exception("follow-up of the failed job %s raised", self.job.uuid)

    def _write(self, values: dict[str, Any]) -> JobState:
        if is_extended(self.record, "write"):
            # Somebody reacts to writes on jobs: give them the write they expect.
            drop_lease(self.cr, self.claim)
            if stamp := end_stamp(values["state"]):
                values = {**values, stamp: db_now(self.cr)}
            self.record.write(values)
            self.cr.flush()
        else:
            finish(self.cr, self.claim, values)
            if values["state"] != JobState.DONE:
                # somebody may look at it before the end is committed
                self.record.invalidate_recordset(flush=False)
        return JobState(values["state"])

    def _after_failure(self, values: dict[str, Any]) -> None:
        if not is_extended(self.record, "write"):  # write() has told them itself
            self.record._message_post_on_failure()
        if self.job is not None:
            self.job.on_fail(
                {key: values[key] for key in ("exc_name", "exc_message", "exc_info")}
            )

    # -- what is told of it --

    def _extra(self, action: str) -> dict[str, Any]:
        """Return what a log line about an end has for machines."""
        return {"action": action, "run_seconds": self._elapsed()}

    def _elapsed(self) -> float:
        return round(time.monotonic() - self.started, 6)
