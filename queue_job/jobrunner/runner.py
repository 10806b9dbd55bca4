# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The runner as other modules, service files and scripts know it.

Each class here starts a part of ``queue_job.runtime``. A runner asks nobody over HTTP
to run jobs: it has workers. Host, port and credentials are taken and kept, not used.
"""

from __future__ import annotations

import logging
import os
import select
import threading
from typing import Final, Self

from odoo.service.server import Worker, empty_pipe
from odoo.tools import config

from ..runtime.databases import Databases
from ..runtime.settings import Settings, read_settings, read_values
from ..runtime.supervisor import Supervisor
from ..runtime.threads import WorkerThreads
from ..store.control import Control

__all__ = [
    "ERROR_RECOVERY_DELAY",
    "SELECT_TIMEOUT",
    "START_DELAY",
    "Database",
    "MasterElectionLost",
    "QueueJobRunner",
    "QueueJobRunnerThread",
    "WorkerJobRunner",
]

_logger = logging.getLogger(__name__)

#: Seconds that runners used to wait at start, without notifications and after an error.
#: The workers wait for none of these: see ``runtime.worker``.
START_DELAY: Final = 5
SELECT_TIMEOUT: Final = 60
ERROR_RECOVERY_DELAY: Final = 5


class MasterElectionLost(Exception):
    """Another runner leads this database."""


class Database:
    """A connection to a database, to ask whether it has jobs and to lead it."""

    def __init__(self, db_name: str, settings: Settings | None = None) -> None:
        """Connect.

        :raises psycopg2.Error: when the database cannot be reached
        """
        self.db_name = db_name
        settings = settings or read_settings()
        self._control = Control(settings.connection_parameters(db_name), "runner")

    @property
    def has_queue_job(self) -> bool:
        """Whether the addon is installed, and no module is being changed."""
        return self._control.is_served()

    def acquire_master_lock(self) -> None:
        """Lead the database until :meth:`close`.

        :raises MasterElectionLost: when another runner does
        """
        if not self._control.try_lead():
            raise MasterElectionLost(
                f"Another job runner leads database {self.db_name}; this one takes "
                "over when it ends."
            )

    def close(self) -> None:
        """Disconnect; the leadership ends with it."""
        self._control.close()


class QueueJobRunner:
    """Runs the jobs of all served databases: ``run()`` until ``stop()``."""

    def __init__(
        self,
        scheme: str = "http",
        host: str = "localhost",
        port: int = 8069,
        user: str | None = None,
        password: str | None = None,
        channel_config_string: str | None = None,
    ) -> None:
        """Prepare a runner.

        :param channel_config_string: wins over environment and file; without any of
            them the channel records decide
        :raises ChannelSyntaxError: when the channels cannot be read
        """
        self.scheme = scheme
        self.host = host
        self.port = port
        self.user = user
        self.password = password
        self._settings = read_settings(channel_config_string)
        self._databases = Databases()
        self._engine: Supervisor | WorkerThreads | None = None
        self._stopping = False

    @classmethod
    def from_environ_or_config(cls) -> Self:
        """Return a runner set by environment, file and Odoo's own options."""
        values = read_values()
        return cls(
            scheme=values.get("scheme", "http"),
            host=values.get("host") or config["http_interface"] or "localhost",
            port=_parse_port(values.get("port") or str(config["http_port"] or 8069)),
            user=values.get("http_auth_user"),
            password=values.get("http_auth_password"),
            channel_config_string=values.get("channels"),
        )

    def get_db_names(self) -> list[str]:
        """Return the databases to serve; asked again and again while it runs."""
        return self._databases.names()

    def run(self) -> int:
        """Serve until :meth:`stop`, SIGTERM or SIGINT; return the exit status.

        Workers are processes when called in the main thread, threads in another one.
        """
        if self._settings.is_disabled:
            _logger.info("root:0 is configured: no job runs here")
            return 0
        if threading.current_thread() is threading.main_thread():
            self._engine = Supervisor(_DatabasesOf(self), self._settings)
        else:
            self._engine = WorkerThreads(_DatabasesOf(self), self._settings)
        if self._stopping:
            return 0
        return self._engine.run() or 0

    def stop(self) -> None:
        """Ask :meth:`run` to end after the running jobs; safe in a signal handler."""
        if not self._stopping:
            self._stopping = True
            if self._engine is not None:
                self._engine.stop()


def _parse_port(text: str) -> int:
    if not text.isdecimal():
        raise ValueError(f"[queue_job] port = {text!r} is not a number, as in 8069.")
    return int(text)


class _DatabasesOf(Databases):
    """What a runner, which other modules may extend, says it serves."""

    def __init__(self, runner: QueueJobRunner) -> None:
        super().__init__()
        self._runner = runner

    def names(self) -> list[str]:
        return self._runner.get_db_names()


class QueueJobRunnerThread(threading.Thread):
    """A runner in a thread of the current process."""

    def __init__(self) -> None:
        super().__init__(name="queue_job.runner", daemon=True)
        self.runner = QueueJobRunner.from_environ_or_config()

    def run(self) -> None:
        """Serve until stopped."""
        self.runner.run()

    def stop(self) -> None:
        """Ask the runner to end after the running jobs."""
        self.runner.stop()


class WorkerJobRunner(Worker):
    """A runner as a process of a prefork server: ``server.worker_spawn`` takes it."""

    alive: bool

    def start(self) -> None:
        """Set up the process, then start the workers."""
        # Python marks threads that were made before the fork as stopped.
        self._thread = QueueJobRunnerThread()
        super().start()
        self._thread.start()

    def sleep(self) -> None:
        """Wait for the next look at the process' limits; not for HTTP connections."""
        select.select([self.wakeup_fd_r], [], [], self.multi.beat)
        empty_pipe(self.wakeup_fd_r)

    def process_work(self) -> None:
        """Watch the runner; a process without one is of no use."""
        self.alive = self.alive and self._thread.is_alive()

    def signal_handler(self, sig: int, frame: object) -> None:
        """End after the running jobs."""
        super().signal_handler(sig, frame)
        self._thread.stop()

    def stop(self) -> None:
        """Wait for the running jobs when the process ends for another reason."""
        self._thread.stop()
        self._thread.join()
        _logger.info("job runner process %s ends", os.getpid())
