# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Exceptions of queue_job, one class per cause."""

from __future__ import annotations


class BaseQueueJobError(Exception):
    """Base class of every error of queue_job."""


class JobError(BaseQueueJobError):
    """A job had an error."""


class NoSuchJobError(JobError):
    """The job does not exist."""


class FailedJobError(JobError):
    """The job failed for good: it will not be tried again by itself."""


class RetryableJobError(JobError):
    """The job had an error that may go away: it is tried again later.

    :param seconds: wait before the next attempt; ``None`` = the retry pattern
        of the job function, else ``RETRY_INTERVAL``
    :param ignore_retry: do not count this attempt (``max_retries`` is not consumed)
    """

    def __init__(
        self, msg: str, seconds: int | None = None, ignore_retry: bool = False
    ) -> None:
        super().__init__(msg)
        self.seconds = seconds
        self.ignore_retry = ignore_retry


class NothingToDoJob(JobError):
    """Legacy: the job ends as done, with the message as result."""


class NotReadableJobError(JobError):
    """The stored job cannot be read back."""


class NotSerializableJobError(JobError, TypeError):
    """An argument of the job cannot be stored."""


class JobNotAllowedError(JobError):
    """The method has no job function, and only declared ones may run."""


class DependencyCycleError(JobError, ValueError):
    """Jobs of a graph wait for each other: none of them could ever run."""


class ChannelNotFound(BaseQueueJobError):
    """The channel does not exist."""
