# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A job to try an installation with."""

from __future__ import annotations

import logging
import random
import time

from odoo import models

from ..exception import JobError, RetryableJobError

_logger = logging.getLogger(__name__)


class QueueJobTestMixin(models.AbstractModel):
    """``env["queue.job"].with_delay()._test_job()`` does nothing, or fails."""

    _name = "queue.job.test.mixin"
    _description = "Queue Job Test Mixin"

    def _test_job(
        self,
        failure_rate: float = 0,
        job_duration: float = 0,
        commit_within_job: bool = False,
        failure_retry_seconds: int = 0,
    ) -> None:
        """Test job

        :param failure_rate: share of the runs that fail, 0 to 1
        :param job_duration: seconds the job takes
        :param commit_within_job: commit, what most job functions must not do
        :param failure_retry_seconds: a failing run asks to be tried again after these
        :raises JobError: or ``RetryableJobError``, at random
        """
        _logger.info("Running test job.")
        if random.random() < failure_rate:  # nosec B311
            if failure_retry_seconds:
                raise RetryableJobError("Retryable job", seconds=failure_retry_seconds)
            raise JobError("Job failed")
        _sleep(job_duration)
        if commit_within_job:
            # What this tests is that the engine refuses it.
            self.env.cr.commit()  # pylint: disable=invalid-commit


def _sleep(seconds: float) -> None:
    """Wait in slices: a job that is stopped is interrupted between two calls."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        time.sleep(min(left, 0.1))
