# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Workers as threads of the current process: where processes cannot be forked."""

from __future__ import annotations

import threading
from typing import Final

from .databases import Databases
from .leader import Leaders
from .settings import Settings
from .worker import Worker

_TICK: Final = 1.0  # seconds
#: Running jobs get this long to end.
STOP_TIMEOUT: Final = 10.0  # seconds


class WorkerThreads:
    """``settings.workers`` threads that run jobs, and one that leads."""

    def __init__(self, databases: Databases, settings: Settings) -> None:
        self._databases = databases
        self._settings = settings
        self._stopped = threading.Event()
        self._workers = [
            Worker(databases, settings, "thread") for _number in range(settings.workers)
        ]
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Start the threads and return."""
        self._threads = [
            threading.Thread(
                target=worker.run, name=f"queue_job.worker{number}", daemon=True
            )
            for number, worker in enumerate(self._workers)
        ]
        self._threads.append(
            threading.Thread(target=self._lead, name="queue_job.leader", daemon=True)
        )
        for thread in self._threads:
            thread.start()

    def run(self) -> None:
        """Start the threads and wait until :meth:`stop` was called and they ended."""
        self.start()
        self._stopped.wait()
        self.join()

    def stop(self) -> None:
        """Ask the threads to end after their running job; safe in a signal handler."""
        self._stopped.set()
        for worker in self._workers:
            worker.stop()

    def join(self) -> None:
        """Wait until the threads ended, for ``STOP_TIMEOUT`` each."""
        for thread in self._threads:
            thread.join(STOP_TIMEOUT)

    def _lead(self) -> None:
        leaders = Leaders(self._databases, self._settings)
        while not self._stopped.wait(_TICK):
            leaders.tick()
        leaders.close()
