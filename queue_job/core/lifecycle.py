# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The life of a job in memory: its attempts, and what each change of state records.

``TRANSITIONS`` says what may happen to a stored job. The setters here only note what
happened; they check nothing, as tests and other modules call them in any order.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from ..exception import FailedJobError, RetryableJobError
from .chunks import Chunks, call
from .clock import utc_now
from .eta import Eta, parse_eta
from .retry import Delay, RetryPattern, may_retry, retry_seconds
from .states import JobState


class JobLifecycle:
    """What changes while a job lives. Subclasses say what it calls."""

    # Defaults on the class: a job being delayed carries only what differs.
    state: str = JobState.PENDING.value
    #: Attempts made and counted, the running one included.
    retry: int = 0
    #: Attempts after which it fails; 0 = never.
    max_retries: int
    result: Any = None
    exc_name: str | None = None
    exc_message: str | None = None
    exc_info: str | None = None
    worker_pid: int | None = None
    date_enqueued: datetime | None = None
    date_started: datetime | None = None
    date_done: datetime | None = None
    date_cancelled: datetime | None = None
    _eta: datetime | None = None

    # What it calls.
    func: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    #: How far it has come, if it works in chunks.
    chunks: Chunks

    @property
    def eta(self) -> datetime | None:
        """Naive UTC time before which it does not run."""
        return self._eta

    @eta.setter
    def eta(self, value: Eta) -> None:
        self._eta = parse_eta(value, utc_now())

    @property
    def exec_time(self) -> float | None:
        """Seconds the last complete attempt took."""
        if self.date_started and self.date_done:
            return (self.date_done - self.date_started).total_seconds()
        return None

    # -- an attempt --------------------------------------------------------------------

    def perform(self) -> Any:
        """Call the method and return its result; the attempt is counted first.

        A method that works in chunks goes on from the position it saved last.
        Where the job function allows commits, it runs, and is committed, on a cursor of
        its own; else nothing is committed.

        :raises RetryableJobError: when the method wants to be tried again later
        :raises FailedJobError: when it wants that and all attempts are used up
        """
        self.retry += 1
        try:
            with self._execution_env():
                self.result = call(self.func, self.args, self.kwargs, self.chunks)
        except RetryableJobError as err:
            if err.ignore_retry:
                self.retry -= 1
                raise
            if may_retry(self.retry, self.max_retries):
                raise
            raise FailedJobError(
                f"Max. retries ({self.max_retries}) reached: {err}"
            ) from err
        return self.result

    def _execution_env(self) -> contextlib.AbstractContextManager[Any]:
        return contextlib.nullcontext()

    def _retry_pattern(self) -> RetryPattern:
        return {}

    def _get_retry_seconds(self, seconds: Delay | None = None) -> int:
        """Return the seconds to wait before the next attempt."""
        return retry_seconds(self._retry_pattern(), self.retry, seconds)

    def postpone(self, result: str | None = None, seconds: Delay | None = None) -> None:
        """Set ``eta`` for the next attempt, by the retry pattern without ``seconds``.

        ``seconds``: a number, or two between which one is drawn.
        """
        # Not through the setter: 0 seconds is a time as well.
        self._eta = utc_now() + timedelta(seconds=self._get_retry_seconds(seconds))
        self._clear_error()
        if result is not None:
            self.result = result

    # -- changes of state --------------------------------------------------------------

    def set_pending(self, result: str | None = None, reset_retry: bool = True) -> None:
        """Make it run (again)."""
        self.state = JobState.PENDING.value
        self.date_enqueued = self.date_started = None
        self.date_done = self.date_cancelled = None
        self.worker_pid = None
        if reset_retry:
            self.retry = 0
        if result is not None:
            self.result = result

    def set_enqueued(self) -> None:
        """Note that a worker has taken it."""
        self.state = JobState.ENQUEUED.value
        self.date_enqueued = utc_now()
        self.date_started = None
        self.worker_pid = None

    def set_started(self) -> None:
        """Note that this process runs it."""
        self.state = JobState.STARTED.value
        self.date_started = utc_now()
        self.worker_pid = os.getpid()

    def set_done(self, result: Any = None) -> None:
        """Note that it succeeded."""
        self.state = JobState.DONE.value
        self.date_done = utc_now()
        self._clear_error()
        if result is not None:
            self.result = result

    def set_cancelled(self, result: str | None = None) -> None:
        """Note that it was abandoned."""
        self.state = JobState.CANCELLED.value
        self.date_cancelled = utc_now()
        if result is not None:
            self.result = result

    def set_failed(self, **values: Any) -> None:
        """Note that it failed; ``values``: exc_name, exc_message, exc_info."""
        self.state = JobState.FAILED.value
        for name, value in values.items():
            if value is not None:
                setattr(self, name, value)

    def _clear_error(self) -> None:
        self.exc_name = self.exc_message = self.exc_info = None
