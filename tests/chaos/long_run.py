# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The long run: many jobs, faults at random all the while, one table at the end.

    setup/test chaos-long

``CHAOS_JOBS`` (100,000), ``CHAOS_SECONDS`` (3,600) and ``CHAOS_SEED`` change it; the
seed is printed. Two supervisors with two workers each run against a private server.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from typing import Any, Final

import pytest

from . import invariants
from .cluster import Cluster
from .conftest import Databases
from .harness import PATIENCE, Database, Process

JOBS: Final = int(os.environ.get("CHAOS_JOBS", 100_000))
SECONDS: Final = float(os.environ.get("CHAOS_SECONDS", 3_600))
SEED: Final = int(os.environ.get("CHAOS_SEED", random.randrange(10**6)))
#: Between two faults, so that there are some hundred in an hour.
_PAUSE: Final = (2.0, 12.0)  # seconds
#: What is left when the last fault is over has this long to end.
_END_PATIENCE: Final = 600.0  # seconds
_CHANNELS: Final = {"root": 6, "root.one": 1, "root.two": 2}
#: Method, its arguments behind the key, jobs of a hundred.
_KINDS: Final[tuple[tuple[str, tuple[Any, ...], int], ...]] = (
    ("note", (), 88),
    ("retry_until", (3,), 4),
    ("fail", (), 2),
    ("sleep_in_database", (1,), 2),
    ("note_behind_gate", (1,), 4),
)

_RUNNING: Final = "SELECT id FROM queue_job WHERE state = 'started'"
_UNDER_WAY: Final = """
    SELECT state, worker_pid FROM queue_job
     WHERE id = ANY (%s) AND state IN ('pending', 'started')
"""

Spawn = Callable[..., Process]


@dataclass
class Chaos:
    """The run: what works, what is broken right now, what came of it."""

    database: Database
    cluster: Cluster
    spawn: Spawn
    dice: random.Random
    supervisors: list[Process] = field(default_factory=list)
    #: What has to be undone, and when (monotonic seconds).
    repairs: list[tuple[float, Callable[[], None]]] = field(default_factory=list)

    # -- work ------------------------------------------------------------------------

    def store(self, count: int) -> None:
        """Store jobs of all kinds, now and then a graph."""
        for _number in range(count):
            method, arguments, _share = self.dice.choices(
                _KINDS, weights=[share for _method, _arguments, share in _KINDS]
            )[0]
            channel = self.dice.choices(tuple(_CHANNELS), weights=(8, 1, 1))[0]
            keys = [f"{method} {self.database.enqueued + part}" for part in range(3)]
            if method == "note" and self.dice.random() < 0.02:
                self.database.enqueue_graph(method, keys[:2], keys[2])
                continue
            self.database.enqueue(
                *(method, keys[:1], *arguments),
                channel=channel,
                max_retries=0,
                wake=False,
            )
        self.database.value("SELECT queue_job_wake()")

    def start(self) -> None:
        """Start workers as on a host of their own."""
        server = self.cluster.server
        self.supervisors.append(
            self.spawn(
                *("queue_job", "run", "-d", self.database.name, "--workers", "2"),
                *("--db_host", server["host"], "--db_port", server["port"]),
                *("--db_user", server["user"], "--log-level", "warn"),
            )
        )

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

    # -- faults ----------------------------------------------------------------------

    def a_worker(self) -> int | None:
        """Return the process of some worker."""
        workers = self.database.rows("SELECT pid FROM queue_job_worker")
        alive = [pid for (pid,) in workers if _state_of(pid) not in "TZ"]
        return self.dice.choice(alive) if alive else None

    def kill_worker(self) -> None:
        """SIGKILL."""
        if pid := self.a_worker():
            os.kill(pid, signal.SIGKILL)

    def kill_host(self) -> None:
        """Power cut: a supervisor and its workers at once; started again later."""
        if len(self.supervisors) > 1:
            self.supervisors.pop(self.dice.randrange(len(self.supervisors))).kill()
            self.later(1, 6, self.start)

    def stop_host(self) -> None:
        """SIGTERM; started again later."""
        if len(self.supervisors) > 1:
            host = self.supervisors.pop(self.dice.randrange(len(self.supervisors)))
            host.signal(signal.SIGTERM)
            self.later(1, 6, self.start)

    def pause_worker(self) -> None:
        """SIGSTOP, and SIGCONT after half a minute."""
        if pid := self.a_worker():
            os.kill(pid, signal.SIGSTOP)
            self.later(25, 35, lambda: _wake_up(pid))

    def cut_connections(self) -> None:
        """End all connections."""
        self.database.terminate()

    def cut_control_connections(self) -> None:
        """End those of the engine, while its jobs run on."""
        self.database.terminate("queue_job%")

    def crash_postgres(self) -> None:
        """Immediate stop."""
        self.restart("immediate")

    def restart_postgres(self) -> None:
        """Fast stop."""
        self.restart("fast")

    def restart(self, mode: str) -> None:
        """Stop and start the server."""
        self.cluster.stop(mode)
        self.cluster.start()
        self.database.reconnect()

    def hold_snapshot(self) -> None:
        """A transaction that stays open."""
        connection = self.database.connect()
        connection.set_session(isolation_level="REPEATABLE READ", autocommit=False)
        connection.cursor().execute("SELECT count(*) FROM queue_job_worker")
        self.later(20, 60, connection.close)

    def reset_by_hand(self) -> None:
        """What people run in psql when they are worried."""
        self.database.execute(
            "UPDATE queue_job SET state = 'pending'"
            " WHERE state IN ('started', 'enqueued')"
        )

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
        self.set_paused(True)
        self.later(1, 4, lambda: self.set_paused(False))

    def set_paused(self, paused: bool) -> None:
        """Write the switch of the root channel."""
        self.database.execute(
            "UPDATE queue_job_channel SET paused = %s WHERE name = 'root'", paused
        )

    def close_gate(self) -> None:
        """Some jobs take long."""
        gate = ExitStack()
        gate.enter_context(self.database.gate(1))
        self.later(2, 8, gate.close)

    def faults(self) -> dict[Callable[[], None], int]:
        """Return what can happen, and how often."""
        return {
            self.kill_worker: 6,
            self.kill_host: 3,
            self.stop_host: 2,
            self.pause_worker: 2,
            self.cut_connections: 2,
            self.cut_control_connections: 2,
            self.crash_postgres: 1,
            self.restart_postgres: 1,
            self.hold_snapshot: 1,
            self.reset_by_hand: 2,
            self.cancel_some: 3,
            self.reload_registry: 2,
            self.close_root: 1,
            self.close_gate: 3,
        }


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


@pytest.fixture
def chaos(databases: Databases, cluster: Cluster, spawn: Spawn) -> Iterator[Chaos]:
    """Return two hosts at work on a database of the private server."""
    database = databases.create(cluster)
    for name, capacity in _CHANNELS.items():
        database.execute(
            "INSERT INTO queue_job_channel (name, complete_name, parent_id, capacity,"
            " throttle, removal_interval)"
            " SELECT split_part(%s, '.', 2), %s, id, %s, 0, 30 FROM queue_job_channel"
            "  WHERE name = 'root' AND %s <> 'root'",
            *(name, name, capacity, name),
        )
    database.execute(
        "UPDATE queue_job_channel SET capacity = %s WHERE name = 'root'",
        _CHANNELS["root"],
    )
    chaos = Chaos(database, cluster, spawn, random.Random(SEED))
    chaos.start()
    chaos.start()
    yield chaos
    chaos.repair(everything=True)


def test_long_run(chaos: Chaos, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever happens, in whatever order."""
    with capsys.disabled():
        print(f"\nCHAOS_SEED={SEED} CHAOS_JOBS={JOBS} CHAOS_SECONDS={SECONDS:.0f}")
    database = chaos.database
    faults = chaos.faults()
    rows: dict[str, list[invariants.Row]] = defaultdict(list)
    start = time.monotonic()
    next_fault = start + 5
    while (elapsed := time.monotonic() - start) < SECONDS or database.enqueued < JOBS:
        chaos.repair()
        if time.monotonic() < next_fault:
            time.sleep(0.2)
            continue
        # All at once, so that the fault comes when the workers are busy.
        due = int(JOBS * min(1.0, elapsed / SECONDS)) - database.enqueued
        chaos.store(max(5, due))
        fault = chaos.dice.choices(list(faults), weights=list(faults.values()))[0]
        rows[fault.__name__].append(_strike(chaos, fault))
        next_fault = time.monotonic() + chaos.dice.uniform(*_PAUSE)
    chaos.repair(everything=True)
    deadline = time.monotonic() + _END_PATIENCE
    while set(database.counts()) - {"done", "failed", "cancelled"}:
        assert time.monotonic() < deadline, f"not over: {database.counts()}"
        time.sleep(1)
    database.recovery = None
    for name, each in rows.items():
        scenario = f"{name.replace('_', ' ')}, {len(each)} times"
        invariants.ROWS.append(invariants.total(scenario, each))


def _strike(chaos: Chaos, fault: Callable[[], None]) -> invariants.Row:
    """Let something happen, wait until work goes on, and look what it left.

    Work goes on when another job has ended, and when each that was running runs again
    or is over.
    """
    database = chaos.database
    last = "SELECT COALESCE(max(id), 0) FROM chaos_ledger"
    before = database.value(last)
    database.recovery = None
    running = [job for (job,) in database.rows(_RUNNING)]
    deadline = time.monotonic() + PATIENCE
    with database.recovering():
        fault()
        while database.value(last) == before or _interrupted(database, running):
            assert time.monotonic() < deadline, f"{fault.__name__}: no work goes on"
            chaos.repair()
            time.sleep(0.02)
    after = invariants.glance(fault.__name__, database)
    return replace(after, jobs=database.value(last) - before)


def _interrupted(database: Database, jobs: list[int]) -> bool:
    """Return whether one of these jobs has no process now and is not over."""
    return any(
        state == "pending" or _state_of(pid) == "Z"
        for state, pid in database.rows(_UNDER_WAY, jobs)
    )
