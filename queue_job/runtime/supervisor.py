# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Dedicated worker processes: fork them, watch them, lead, stop them in order.

The supervisor runs no job, so neither a job that holds the GIL nor one that kills its
process can keep it from its duties.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import logging
import os
import random
import selectors
import signal
import sys
import time
from contextlib import closing
from typing import Final

import psycopg2

from odoo import sql_db
from odoo.modules.registry import Registry
from odoo.tools import config
from odoo.tools.misc import dumpstacks

from ..store.control import Control
from .databases import Databases
from .leader import Leaders
from .settings import Settings
from .worker import Worker

_logger = logging.getLogger(__name__)

_TICK: Final = 1.0  # seconds between two looks at the workers of other hosts
#: Running jobs get this long to end after SIGTERM.
STOP_TIMEOUT: Final = 60.0  # seconds
#: A worker that ends sooner than this after its start is not started again at once.
_SHORT_LIFE: Final = 1.0  # seconds
_PR_SET_PDEATHSIG: Final = 1


class Supervisor:
    """Keeps ``settings.workers`` worker processes running."""

    def __init__(
        self,
        databases: Databases,
        settings: Settings,
        *,
        beside_server: bool = False,
        stop_timeout: float = STOP_TIMEOUT,
    ) -> None:
        self._databases = databases
        self._settings = settings
        self._mode = "prefork" if beside_server else "dedicated"
        self._stop_timeout = stop_timeout
        self._children: dict[int, float] = {}
        self._respawn_at = 0.0
        self._stopping = False
        self._server = os.getppid() if beside_server else None
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_read, False)
        os.set_blocking(self._wake_write, False)

    def run(self) -> int:
        """Serve until SIGTERM or SIGINT; return the exit status."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stop())
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)
        leaders = Leaders(self._databases, self._settings)
        _logger.info(
            "starting %s job workers for %s",
            self._settings.workers,
            ", ".join(self._databases.names()) or "no database yet",
        )
        self._preload()
        while not self._stopping:
            self._spawn_missing()
            leaders.tick()
            self._sleep(_TICK)
            self._reap()
            if self._server and os.getppid() != self._server:
                _logger.info("the server is gone, stopping")
                self._stopping = True
        self._stop_children(leaders)
        leaders.close()
        return 0

    def stop(self) -> None:
        """Ask :meth:`run` to end after the running jobs; safe in a signal handler."""
        self._stopping = True
        with contextlib.suppress(BlockingIOError):  # full: it wakes up anyway
            os.write(self._wake_write, b".")

    def _preload(self) -> None:
        """Load the registries once, for all workers: forked memory is shared.

        Only of databases named in the configuration: all visible ones may be many.
        """
        for dbname in config["db_name"]:
            try:
                parameters = self._settings.connection_parameters(dbname)
                with closing(Control(parameters, "preload")) as control:
                    if control.is_served():
                        Registry(dbname)
            except psycopg2.Error as error:
                _logger.warning("cannot preload db %s: %s", dbname, error)
        gc.collect()
        # What is frozen is not touched by the children's collectors: it stays shared.
        gc.freeze()

    def _spawn_missing(self) -> None:
        while len(self._children) < self._settings.workers and not self._stopping:
            if time.monotonic() < self._respawn_at:
                return
            self._spawn()

    def _spawn(self) -> None:
        # Connections of the pool must not be shared with the child.
        sql_db.close_all()
        pid = os.fork()
        if pid:
            self._children[pid] = time.monotonic()
            return
        status = 1
        try:
            self._become_worker()
            status = 0
        except BaseException:
            _logger.exception("job worker %s ends on an error", os.getpid())
        finally:
            logging.shutdown()
            sys.stdout.flush()
            os._exit(status)

    def _become_worker(self) -> None:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.close(self._wake_read)
        os.close(self._wake_write)
        random.seed()
        worker = Worker(self._databases, self._settings, self._mode)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: worker.stop())
        # As Odoo's own workers do: the stack of a job that hangs, in the log.
        signal.signal(signal.SIGQUIT, dumpstacks)
        # A worker whose supervisor was killed would have nobody to stop it.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        _logger.info("job worker %s alive", os.getpid())
        worker.run()

    def _sleep(self, seconds: float) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._wake_read, selectors.EVENT_READ)
            if selector.select(seconds):
                while self._drain_wakeups():
                    continue

    def _drain_wakeups(self) -> bytes:
        try:
            return os.read(self._wake_read, 4096)
        except BlockingIOError:
            return b""

    def _reap(self) -> None:
        """Forget children that ended; the next tick rescues their jobs at once."""
        while self._children:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            born = self._children.pop(pid, None)
            if born is None or self._stopping:
                continue
            code = os.waitstatus_to_exitcode(status)
            _logger.warning("job worker %s ended with status %s", pid, code)
            if time.monotonic() - born < _SHORT_LIFE:
                self._respawn_at = time.monotonic() + _SHORT_LIFE

    def _stop_children(self, leaders: Leaders) -> None:
        _logger.info("stopping: waiting for the running jobs")
        deadline = time.monotonic() + self._stop_timeout
        while self._children and (left := deadline - time.monotonic()) > 0:
            # Again and again: a job that is being interrupted may take the exception
            # in the signal's handler, which then does nothing.
            self._signal_children(signal.SIGTERM)
            self._sleep(min(_TICK, left))
            self._reap()
        if self._children:
            _logger.warning(
                "%s jobs still run after %s seconds: killing their workers; the jobs "
                "go back into the queue",
                len(self._children),
                self._stop_timeout,
            )
            self._signal_children(signal.SIGKILL)
            while self._children:
                self._sleep(_TICK)
                self._reap()
            leaders.tick()

    def _signal_children(self, number: int) -> None:
        for pid in self._children:
            os.kill(pid, number)
