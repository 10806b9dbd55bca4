# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The loop of a worker: serve each database in turn, sleep until woken."""

from __future__ import annotations

import logging
import os
import selectors
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import inf
from typing import Final, TypeVar

import psycopg2

from .databases import Databases
from .session import Session
from .settings import Settings
from .watchdog import Watchdog

_logger = logging.getLogger(__name__)
T = TypeVar("T")

#: An idle worker looks again this often even when no notification came.
POLL_INTERVAL: Final = 5.0  # seconds
#: A database that could not be reached is tried again this often.
RETRY_INTERVAL: Final = 1.0  # seconds


class Worker:
    """Runs jobs of all served databases, one at a time, until it is stopped."""

    def __init__(self, databases: Databases, settings: Settings, mode: str) -> None:
        self._databases = databases
        self._settings = settings
        self._mode = mode
        self._watchdog = Watchdog(owns_process=mode in ("dedicated", "prefork"))
        self._sessions: dict[str, Session] = {}
        self._retry_at: dict[str, float] = {}
        self._stopping = False
        self._deadline = inf
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_write, False)

    def stop(self) -> None:
        """Ask the loop to end after the running job; safe in a signal handler."""
        self._stopping = True
        os.write(self._wake_write, b".")

    def is_stopping(self) -> bool:
        """Return whether :meth:`stop` was called, or the time is up."""
        return self._stopping or time.monotonic() >= self._deadline

    def run(self) -> None:
        """Serve until stopped."""
        with self._serving():
            while not self._stopping:
                if not self._step_all():
                    self._wait()

    def run_while_busy(self, seconds: float, patience: float = 0.0) -> bool:
        """Serve until nothing is left or time is up; return whether some is left.

        :param patience: seconds to wait for what is due by then, as a job tried again
        """
        self._deadline = time.monotonic() + seconds
        busy = True
        with self._serving():
            while busy and not self.is_stopping():
                busy = self._step_all()
                if not busy and self._next_due() < patience:
                    self._wait()
                    busy = True
        return busy

    @contextmanager
    def _serving(self) -> Iterator[None]:
        self._watchdog.start()
        try:
            yield
        finally:
            self._watchdog.stop()
            for session in self._sessions.values():
                session.close()
            os.close(self._wake_read)
            os.close(self._wake_write)

    def _step_all(self) -> bool:
        """Give each database one batch; fair whatever their backlogs."""
        worked = False
        for dbname in self._databases.names():
            if self._stopping:
                return True
            if session := self._session(dbname):
                worked |= bool(self._guarded(session, self._step))
        self._forget_dropped()
        return worked

    def _step(self, session: Session) -> bool:
        return session.step() or (session.become_idle() and session.step())

    def _session(self, dbname: str) -> Session | None:
        if dbname in self._sessions:
            return self._sessions[dbname]
        if time.monotonic() < self._retry_at.get(dbname, 0):
            return None
        try:
            session = Session(
                dbname, self._settings, self._mode, self._watchdog, self.is_stopping
            )
        except psycopg2.Error as error:
            _logger.warning("cannot reach db %s, trying again: %s", dbname, error)
            self._retry_at[dbname] = time.monotonic() + RETRY_INTERVAL
            return None
        self._sessions[dbname] = session
        return session

    def _guarded(self, session: Session, action: Callable[[Session], T]) -> T | None:
        """Call ``action(session)``; a lost connection costs only the session."""
        try:
            return action(session)
        except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
            _logger.warning("lost db %s, connecting again: %s", session.dbname, error)
        except Exception:
            _logger.exception("db %s: unexpected error in the job loop", session.dbname)
        self._drop(session.dbname)
        self._retry_at[session.dbname] = time.monotonic() + RETRY_INTERVAL
        return None

    def _drop(self, dbname: str) -> None:
        self._sessions.pop(dbname).close()

    def _forget_dropped(self) -> None:
        for dbname in set(self._sessions) - set(self._databases.names()):
            self._drop(dbname)

    def _next_due(self) -> float:
        """Return the seconds until something is due, infinite when nothing is."""
        sessions = list(self._sessions.values())
        found = [self._guarded(session, Session.next_due) for session in sessions]
        return min((max(0.0, due) for due in found if due is not None), default=inf)

    def _wait(self) -> None:
        """Sleep until a notification, something due, a stop or the next poll."""
        timeout = min(POLL_INTERVAL, self._next_due())
        if len(self._sessions) < len(self._databases.names()):
            timeout = min(timeout, RETRY_INTERVAL)
        with selectors.DefaultSelector() as selector:
            selector.register(self._wake_read, selectors.EVENT_READ)
            for session in self._sessions.values():
                selector.register(session.control, selectors.EVENT_READ, session)
            for key, _events in selector.select(timeout):
                if key.data is not None:
                    self._guarded(key.data, lambda session: session.control.drain())
