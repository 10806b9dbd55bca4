# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One worker at work in one database: claim a little ahead, run, look again."""

from __future__ import annotations

import functools
import logging
import os
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Final

import psycopg2

from odoo.modules.registry import Registry

from ..core.states import JobState
from ..store.connection import connect
from ..store.control import Claim, Control
from .cursors import JobCursors
from .executor import cancel, execute
from .news import News
from .settings import Settings
from .statistics import Statistics
from .surroundings import Surroundings
from .together import execute_together
from .watchdog import Watchdog

_logger = logging.getLogger(__name__)

#: What is claimed ahead should be about this much work, so that it neither breaks the
#: order of priorities for long nor keeps another worker idle.
_AHEAD: Final = 0.1  # seconds
_MAX_BATCH: Final = 50  # jobs
#: Longer jobs are claimed one by one, so that only those read as started that are.
_SHORT: Final = 0.025  # seconds
#: After a job that was that long, what was claimed with it is left to others. Less than
#: the watchdog takes to give it back.
_LONG: Final = 0.5  # seconds
#: How often a session asks again whether its database is to be served.
_SERVED_INTERVAL: Final = 1.0  # seconds


class Session:
    """The engine of one database inside one worker; not shared between threads.

    Every method may raise ``psycopg2.Error`` when the connection is gone: the owner
    closes the session and opens a new one.
    """

    def __init__(
        self,
        dbname: str,
        settings: Settings,
        mode: str,
        watchdog: Watchdog,
        is_stopping: Callable[[], bool],
    ) -> None:
        self.dbname = dbname
        self.mode = mode
        parameters = settings.connection_parameters(dbname)
        self.control = Control(parameters, mode)
        self._statistics = Statistics()
        self._cursors = JobCursors(dbname)
        self._around = Surroundings(
            dbname,
            watchdog,
            self._cursors,
            functools.partial(connect, parameters, f"{mode} watch"),
            self._statistics,
            is_stopping,
        )
        self._news = News(dbname)
        #: Jobs of a function that may run as one call, by its name.
        self._together: dict[str, int] = {}
        #: Jobs that have begun and not ended.
        self._running: Sequence[Claim] = ()
        self._seconds_per_job = _AHEAD
        self._idle = False
        self._served = False
        self._asked_at = float("-inf")

    def is_served(self) -> bool:
        """Return whether jobs may run here now; registers the worker the first time."""
        now = time.monotonic()
        if now - self._asked_at >= _SERVED_INTERVAL:
            self._served = self.control.is_served()
            self._together = self.control.together() if self._served else {}
            self._asked_at = now
        if self._served and self.control.worker_id is None:
            self.control.register(os.getpid(), self.mode)
            _logger.info("queue job worker ready for db %s", self.dbname)
        return self._served

    def step(self) -> bool:
        """Run one batch of jobs; return whether it is worth to look again at once."""
        if not self.is_served():
            return False
        self._statistics.write(self.control)
        self._news.tell(self.control)
        claims = self.control.claim(self._batch_size())
        if not claims:
            # A claim that has not looked at all there is tells its own worker.
            return self.control.drain()
        self._idle = False
        # Caches that other processes invalidated before these jobs were committed.
        with closing(self._cursors.cursor()) as cr:
            Registry(self.dbname).check_signaling(cr)
        self._run_batch(claims)
        return True

    def become_idle(self) -> bool:
        """Note that a claim found nothing; return whether that is new.

        If it is, the caller must step once more before it waits: the worker was still
        taken for busy by a transaction that ended during that claim, and was not woken.
        """
        if self._idle or not self._served:
            return False
        self._news.tell(self.control, now=True)
        self._cursors.close()
        self._idle = True
        return True

    def next_due(self) -> float | None:
        """Return the seconds until this session has to look again by itself."""
        return self.control.next_due() if self._served else _SERVED_INTERVAL

    def close(self) -> None:
        """Leave: give back what was not begun, forget the worker."""
        try:
            if self.control.worker_id is not None:
                self._statistics.write(self.control, now=True)
                self.control.unregister(self._running)
        except psycopg2.Error:
            _logger.info("db %s is gone; its leader rescues what is left", self.dbname)
        finally:
            self._cursors.close()
            self.control.close()

    def _batch_size(self) -> int:
        if self._seconds_per_job > _SHORT:
            return 1
        return min(_MAX_BATCH, int(_AHEAD / self._seconds_per_job))

    def _run_batch(self, claims: Sequence[Claim]) -> None:
        waiting = deque(claims)
        while waiting:
            if self._around.is_stopping():
                self.control.give_back()
                return
            group = self._group(waiting.popleft())
            if len(group) > 1:
                ran = set(group)
                waiting = deque(claim for claim in waiting if claim not in ran)
            self._running = group
            seconds = self._run(group)
            self._running = ()
            if seconds > _LONG:
                # The watchdog has given back the rest; the next claim does it if not.
                return

    def _group(self, claim: Claim) -> list[Claim]:
        """Return the jobs that run as one call with this one, itself first."""
        limit = self._together.get(claim.row["channel_method_name"], 1)
        return [claim, *self.control.join(claim, limit - 1)] if limit > 1 else [claim]

    def _run(self, claims: Sequence[Claim]) -> float:
        """Run a job, or several as one call if that is possible; return the seconds."""
        started = time.monotonic()
        if len(claims) > 1 and execute_together(self._around, claims):
            if any(claim.row["graph_uuid"] for claim in claims):
                self.control.release()
        else:
            self._run_each(claims)
        elapsed = time.monotonic() - started
        self._note_duration(elapsed / len(claims))
        return elapsed

    def _run_each(self, claims: Sequence[Claim]) -> None:
        # What was asked while they ran together, when there are several.
        cancelled = self.control.cancel_requests(claims) if claims[1:] else {}
        for number, claim in enumerate(claims):
            if number and self._around.is_stopping():
                return
            if claim in cancelled:
                state = cancel(self._around, claim, cancelled[claim])
            else:
                state = execute(self._around, claim)
            if state is None:
                self.control.abandon(claim)
            elif claim.row["graph_uuid"] and state in (JobState.DONE, JobState.FAILED):
                self.control.release()

    def _note_duration(self, seconds: float) -> None:
        # Moving average: a few long jobs shrink the batch; one that only waited for a
        # processor does not.
        self._seconds_per_job += 0.25 * (seconds - self._seconds_per_job)
