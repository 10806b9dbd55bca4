# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Faults at random: what can break, how it is mended, and when work goes on."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from typing import Final

import psutil
import psycopg2
import psycopg2.errors

from .cluster import Cluster
from .harness import PATIENCE, Database, Process
from .network import Host

_RUNNING: Final = """
    SELECT lease.job_id FROM queue_job_lease AS lease
      JOIN queue_job AS job ON job.id = lease.job_id AND job.state = 'started'
"""
_UNDER_WAY: Final = """
    SELECT state, worker_pid FROM queue_job
     WHERE id = ANY (%s) AND state IN ('pending', 'started')
"""

Fault = Callable[[], None]


@dataclass
class Faults:
    """What works, what is broken right now, and what can happen next."""

    database: Database
    cluster: Cluster
    #: Starts the workers of a host, by its number.
    launch: Callable[[int], Process]
    dice: random.Random
    #: What connects the hosts with the server, where they are in networks of their own.
    cables: list[Host] = field(default_factory=list)
    hosts: dict[int, Process] = field(default_factory=dict)
    #: Processes on hosts that are cut off: they run, and nobody hears of them.
    silent: set[int] = field(default_factory=set)
    #: What has to be undone, and when (monotonic seconds).
    repairs: list[tuple[float, Callable[[], None]]] = field(default_factory=list)

    def start(self, number: int) -> None:
        """Start the workers of a host."""
        self.hosts[number] = self.launch(number)

    def later(self, low: float, high: float, repair: Callable[[], None]) -> None:
        """Undo something after a while."""
        self.repairs.append((time.monotonic() + self.dice.uniform(low, high), repair))

    def repair(self, everything: bool = False) -> None:
        """Undo what is due."""
        now = time.monotonic()
        due = [one for one in self.repairs if everything or one[0] <= now]
        self.repairs = [one for one in self.repairs if one not in due]
        for _at, repair in due:
            repair()

    def can_happen(self, fault: Fault) -> bool:
        """Return whether enough is whole: of two hosts, one is left alone."""
        if fault == self.cut_off_host and self.silent:
            return False
        hosts = (self.kill_host, self.stop_host, self.cut_off_host)
        return fault not in hosts or len(self.hosts) > 1

    def strike(self, fault: Fault, patience: float = PATIENCE) -> float:
        """Let something happen, wait until work goes on; return after which seconds.

        Work goes on when another job has ended, and when each that was running runs
        again or is over.
        """
        database = self.database
        before = database.last_effect()
        running = [job for (job,) in database.rows(_RUNNING)]
        start = time.monotonic()
        fault()
        while database.last_effect() == before or self._interrupted(running):
            if time.monotonic() > start + patience:
                raise AssertionError(f"{fault.__name__}: no work goes on")
            self.repair()
            time.sleep(0.02)
        return time.monotonic() - start

    def _interrupted(self, jobs: list[int]) -> bool:
        """Return whether one of these jobs has no process now and is not over."""
        return any(
            state == "pending" or pid in self.silent or _state_of(pid) == "Z"
            for state, pid in self.database.rows(_UNDER_WAY, jobs)
        )

    # -- processes and hosts ---------------------------------------------------------

    def a_worker(self) -> int | None:
        """Return the process of some worker."""
        workers = self.database.rows("SELECT pid FROM queue_job_worker")
        alive = [pid for (pid,) in workers if _state_of(pid) not in "TZ"]
        return self.dice.choice(alive) if alive else None

    def a_host(self) -> int:
        """Return the number of some host that is up."""
        return self.dice.choice(list(self.hosts))

    def kill_worker(self) -> None:
        """SIGKILL."""
        if pid := self.a_worker():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def kill_host(self) -> None:
        """Power cut: a supervisor and its workers at once; started again later."""
        number = self.a_host()
        self.hosts.pop(number).kill()
        self.later(1, 6, lambda: self.start(number))

    def stop_host(self) -> None:
        """SIGTERM; started again later."""
        number = self.a_host()
        self.hosts.pop(number).signal(signal.SIGTERM)
        self.later(1, 6, lambda: self.start(number))

    def pause_worker(self) -> None:
        """SIGSTOP, and SIGCONT after half a minute."""
        if pid := self.a_worker():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
            self.later(25, 35, lambda: _wake_up(pid))

    def cut_off_host(self) -> None:
        """Pull the cable of a host; put it back after a while."""
        number = self.a_host()
        processes = set(_tree(self.hosts[number].process.pid))
        self.silent |= processes
        self.cables[number].cut_off()

        def reconnect() -> None:
            self.cables[number].reconnect()
            self.silent -= processes

        self.later(20, 40, reconnect)

    # -- PostgreSQL and its connections ----------------------------------------------

    def cut_connections(self) -> None:
        """End all connections."""
        self.database.terminate()

    def cut_control_connections(self) -> None:
        """End those of the engine, while its jobs run on."""
        self.database.terminate("queue_job%")

    def crash_postgres(self) -> None:
        """Immediate stop."""
        self._restart("immediate")

    def restart_postgres(self) -> None:
        """Fast stop."""
        self._restart("fast")

    def _restart(self, mode: str) -> None:
        self.cluster.stop(mode)
        self.cluster.start()
        self.database.reconnect()

    def hold_snapshot(self) -> None:
        """A transaction that stays open."""
        connection = self.database.connect()
        connection.set_session(isolation_level="REPEATABLE READ", autocommit=False)
        connection.cursor().execute("SELECT count(*) FROM queue_job_worker")
        self.later(20, 60, connection.close)

    # -- what people do --------------------------------------------------------------

    def reset_by_hand(self) -> None:
        """What people run in psql when they are worried; again, when it has to wait.

        A worker that is paused may hold the lock of its job.
        """
        done = False
        while not done:
            self.repair()
            try:
                self.database.execute(
                    "SET lock_timeout = '1s'; UPDATE queue_job SET state = 'pending'"
                    " WHERE state IN ('started', 'enqueued'); RESET lock_timeout"
                )
                done = True
            except psycopg2.errors.LockNotAvailable:
                continue

    def cancel_some(self) -> None:
        """Users cancel what waits and what runs."""
        ids = self.database.rows(
            "SELECT id FROM queue_job WHERE state IN ('pending', 'started')"
            " ORDER BY random() LIMIT 5"
        )
        self.database.value(
            "SELECT queue_job_request_cancel(%s, 'chaos')", [one for (one,) in ids]
        )

    def reload_registry(self) -> None:
        """Another process changed a model."""
        self.database.execute("INSERT INTO orm_signaling_registry DEFAULT VALUES")

    def close_root(self) -> None:
        """Pause everything, for a while."""
        self._set_paused(True)
        self.later(1, 4, lambda: self._set_paused(False))

    def _set_paused(self, paused: bool) -> None:
        self.database.execute(
            "UPDATE queue_job_channel SET paused = %s WHERE name = 'root'", paused
        )

    def close_gate(self) -> None:
        """Some jobs take long."""
        gate = ExitStack()
        gate.enter_context(self.database.gate(1))
        self.later(2, 8, gate.close)


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for child in psutil.Process(pid).children(recursive=True):
        yield child.pid


def _state_of(pid: int) -> str:
    """Return the letter of a process's state; Z (dead) also for one that is gone."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


def _wake_up(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGCONT)
