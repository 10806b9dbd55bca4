# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One worker at work in one database: claim a little ahead, run, look again."""

from __future__ import annotations

import functools
import logging
import os
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import psycopg2

from odoo.modules.registry import Registry

from ..core.states import JobState
from ..store.control import Claim, Companion, Control, connect
from .executor import Surroundings, cancel, execute
from .news import News
from .settings import Settings
from .statistics import Statistics
from .together import execute_together
from .watchdog import Watchdog

_logger = logging.getLogger(__name__)

#: What is claimed ahead should be about this much work, so that it neither breaks the
#: order of priorities for long nor keeps another worker idle.
_AHEAD: Final = 0.1  # seconds
_MAX_BATCH: Final = 50  # jobs
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
        self._around = Surroundings(
            dbname,
            watchdog,
            functools.partial(connect, parameters, f"{mode} watch"),
            self._statistics,
            is_stopping,
        )
        self._news = News(dbname)
        self._seconds_per_job = _AHEAD
        self._idle = False
        self._served = False
        self._asked_at = float("-inf")

    def is_served(self) -> bool:
        """Return whether jobs may run here now; registers the worker the first time."""
        now = time.monotonic()
        if now - self._asked_at >= _SERVED_INTERVAL:
            self._served = self.control.is_served()
            self._asked_at = now
        if self._served and self.control.worker_id is None:
            self.control.register(os.getpid(), self.mode)
            _logger.info("queue job worker ready for db %s", self.dbname)
        return self._served

    def step(self, stopping: Callable[[], bool]) -> bool:
        """Run one batch of jobs; return whether there was one.

        :param stopping: asked before each job; what is left is given back
        """
        if not self.is_served():
            return False
        self._statistics.write(self.control)
        self._news.tell(self.control)
        claims = self.control.claim(self._batch_size())
        if not claims:
            return False
        self._set_idle(False)
        # Caches that other processes invalidated before these jobs were committed.
        Registry(self.dbname).check_signaling()
        run_along: set[Claim] = set()
        for claim in claims:
            if stopping():
                self.control.give_back()
                break
            if claim not in run_along:
                run_along |= self._run(claim)
        return True

    def become_idle(self) -> bool:
        """Ask enqueuing transactions to wake this worker; return whether that is new.

        If it is, the caller must step once more before it waits: a job committed just
        before the flag was seen wakes nobody.
        """
        if self._idle or not self._served:
            return False
        self._news.tell(self.control, now=True)
        self._set_idle(True)
        return True

    def next_due(self) -> float | None:
        """Return the seconds until this session has to look again by itself."""
        return self.control.next_due() if self._served else _SERVED_INTERVAL

    def close(self) -> None:
        """Leave: give back what was not begun, forget the worker."""
        try:
            if self.control.worker_id is not None:
                self._statistics.write(self.control, now=True)
                self.control.unregister()
        except psycopg2.Error:
            _logger.info("db %s is gone; its leader rescues what is left", self.dbname)
        finally:
            self.control.close()

    def _set_idle(self, idle: bool) -> None:
        if idle != self._idle:
            self.control.set_idle(idle)
            self._idle = idle

    def _batch_size(self) -> int:
        return max(1, min(_MAX_BATCH, int(_AHEAD / self._seconds_per_job)))

    def _run(self, claim: Claim) -> set[Claim]:
        """Run a job; return those that ran together with it."""
        pid = os.getpid()
        begun = self.control.begin(claim, pid)
        if begun is None:
            return set()
        alike: list[Companion] = []
        if begun.together > 1:
            alike = self.control.begin_alike(claim, pid, begun.together - 1)
        has_children = {each.claim: each.has_children for each in alike}
        has_children[claim] = begun.has_children
        started = time.monotonic()
        if alike and execute_together(self._around, claim, alike):
            if any(has_children.values()):
                self.control.release()
        else:
            self._run_each([claim, *(each.claim for each in alike)], has_children)
        self._note_duration((time.monotonic() - started) / len(has_children))
        return set(has_children)

    def _run_each(
        self, claims: Sequence[Claim], has_children: Mapping[Claim, bool]
    ) -> None:
        """Run jobs that have begun, one after the other."""
        # What was asked while they ran together, when there are several.
        cancelled = self.control.cancel_requests(claims) if claims[1:] else {}
        for number, claim in enumerate(claims):
            if number and self._around.is_stopping():
                self.control.unbegin(claims[number:])
                return
            if claim in cancelled:
                state = cancel(self._around, claim, cancelled[claim])
            else:
                state = execute(self._around, claim)
            if state is None:
                self.control.abandon(claim)
            elif has_children[claim] and state in (JobState.DONE, JobState.FAILED):
                self.control.release()

    def _note_duration(self, seconds: float) -> None:
        # Moving average: one long job among short ones shrinks the batch at once.
        weight = 0.5 if seconds > self._seconds_per_job else 0.1
        self._seconds_per_job += weight * (seconds - self._seconds_per_job)
