# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Stop a job that runs: cancelled by a user, over its time or its memory.

A thread beside the one that runs jobs. It costs nothing for short jobs: once a second
it looks whether the same job is still there, and only then opens a connection of its
own to hear of a cancellation. A job is stopped by cancelling its query and by raising
``JobInterrupted`` in its thread at the next bytecode.
"""

from __future__ import annotations

import ctypes
import logging
import os
import select
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import psutil
import psycopg2

from ..exception import JobError

if TYPE_CHECKING:
    from ..store.control import Claim

_logger = logging.getLogger(__name__)

_LOOK_INTERVAL: Final = 1.0  # seconds
#: A job that does not stop (it is inside a call of a C library) costs its process.
_GRACE: Final = 15.0  # seconds
CANCEL_CHANNEL: Final = "queue_job_cancel"


class JobTimeLimitError(JobError):
    """The job ran longer than its job function allows."""


class JobMemoryLimitError(JobError):
    """The process of the job grew beyond what its job function allows."""


class JobInterrupted(BaseException):
    """Raised inside a job from outside; no Exception, so that no job swallows it."""

    #: The error the job fails with; None when a user cancelled it.
    cause: JobError | None = None
    #: Why the user cancelled it.
    reason: str | None = None


@dataclass(slots=True)
class Limits:
    """What a job may use; 0 = no limit."""

    seconds: int = 0
    mebibytes: int = 0


@dataclass(eq=False, slots=True)
class Watch:
    """An attempt that is watched, or several that run together."""

    claims: Sequence[Claim]
    connection: Any
    connect: Callable[[], Any]
    limits: Limits
    thread_id: int
    started: float = field(default_factory=time.monotonic)
    interrupted_at: float | None = None
    cause: JobError | None = None
    reason: str | None = None

    def restart(self) -> None:
        """Count the seconds from now on: each chunk of a job has its own."""
        self.started = time.monotonic()


class Watchdog:
    """Watches the job that one worker runs.

    :param owns_process: whether a job that cannot be stopped may cost the process
    """

    def __init__(self, owns_process: bool) -> None:
        self._owns_process = owns_process
        self._lock = threading.Lock()
        self._current: Watch | None = None
        self._stopped = threading.Event()
        self._thread = threading.Thread(
            target=self._run, name="queue_job.watchdog", daemon=True
        )

    def start(self) -> None:
        """Start watching."""
        self._thread.start()

    def stop(self) -> None:
        """Stop watching."""
        self._stopped.set()

    @contextmanager
    def watch(
        self,
        claims: Sequence[Claim],
        connection: Any,
        limits: Limits,
        connect: Callable[[], Any],
    ) -> Iterator[Watch]:
        """Watch what runs inside the block, in the calling thread.

        :param claims: the job; or several that run together, and stop together
        :param connection: the psycopg2 connection of the job's cursor
        :param connect: opens an autocommit connection to the same database
        :raises JobInterrupted: inside the block, when the job has to stop
        """
        thread_id = threading.get_ident()
        watch = Watch(claims, connection, connect, limits, thread_id)
        self._current = watch
        try:
            try:
                yield watch
            finally:
                self._end(watch)
        except JobInterrupted as interruption:
            interruption.cause, interruption.reason = watch.cause, watch.reason
            raise

    def _end(self, watch: Watch) -> None:
        with self._lock:
            self._current = None
            if watch.interrupted_at is not None:
                # What was not raised yet must not hit the engine's own code.
                _raise_in(watch.thread_id, None)

    # -- the watching thread --

    def _run(self) -> None:
        seen: Watch | None = None
        while not self._stopped.wait(_LOOK_INTERVAL):
            watch = self._current
            if watch is not None and watch is seen:
                try:
                    self._guard(watch)
                except Exception:
                    _logger.exception("cannot watch job %s", watch.claims[0].job_id)
            seen = watch

    def _guard(self, watch: Watch) -> None:
        """Stay with a long job until it ends."""
        connection = watch.connect()
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"LISTEN {CANCEL_CHANNEL}")
                # What the worker took ahead must not wait for a job that is long.
                cursor.execute(
                    "SELECT queue_job_give_back(%s, %s)",
                    (
                        watch.claims[0].attempt,
                        [claim.job_id for claim in watch.claims],
                    ),
                )
                while self._current is watch and not self._stopped.is_set():
                    if watch.interrupted_at or self._must_stop(watch, cursor):
                        self._interrupt(watch)
                    select.select([connection], [], [], _LOOK_INTERVAL)
                    connection.poll()
                    connection.notifies.clear()
        except psycopg2.Error as error:
            _logger.warning("watching job %s: %s", watch.claims[0].job_id, error)
        finally:
            connection.close()

    def _must_stop(self, watch: Watch, cursor: Any) -> bool:
        """Return whether the job has to stop; notes why."""
        watch.cause = _exceeded(watch)
        if watch.cause is None:
            cursor.execute(
                "SELECT reason FROM queue_job_cancel"
                " WHERE (job_id, attempt) IN (SELECT * FROM"
                "       unnest(%s::integer[], %s::bigint[])) LIMIT 1",
                (
                    [claim.job_id for claim in watch.claims],
                    [claim.attempt for claim in watch.claims],
                ),
            )
            if not (row := cursor.fetchone()):
                return False
            (watch.reason,) = row
        _logger.info(
            "stopping job %s: %s", watch.claims[0].job_id, watch.cause or watch.reason
        )
        return True

    def _interrupt(self, watch: Watch) -> None:
        with self._lock:
            if self._current is not watch:
                return
            now = time.monotonic()
            watch.interrupted_at = watch.interrupted_at or now
            if self._owns_process and now - watch.interrupted_at > _GRACE:
                _logger.error(
                    "job %s does not stop: killing its worker %s",
                    watch.claims[0].job_id,
                    os.getpid(),
                )
                os.kill(os.getpid(), signal.SIGKILL)
            _raise_in(watch.thread_id, JobInterrupted)
            watch.connection.cancel()


def _exceeded(watch: Watch) -> JobError | None:
    limits = watch.limits
    elapsed = time.monotonic() - watch.started
    if limits.seconds and elapsed > limits.seconds:
        return JobTimeLimitError(
            f"The job ran {elapsed:.0f} seconds; its job function allows "
            f"{limits.seconds}. Raise the limit there, or split the job."
        )
    if not limits.mebibytes:
        return None
    used = psutil.Process().memory_info().rss >> 20
    if used > limits.mebibytes:
        return JobMemoryLimitError(
            f"The job's process uses {used} MiB; its job function allows "
            f"{limits.mebibytes}. Raise the limit there, or split the job."
        )
    return None


def _raise_in(thread_id: int, exception: type[BaseException] | None) -> None:
    """Raise an exception in another thread at its next bytecode; None takes it back."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(thread_id), ctypes.py_object(exception) if exception else None
    )
