# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The long run: many jobs, faults at random all the while, one table at the end.

    setup/test chaos-long

``CHAOS_JOBS`` (100,000), ``CHAOS_SECONDS`` (3,600) and ``CHAOS_SEED`` change it; the
seed is printed. Two supervisors with two workers each run against a private server.
"""

from __future__ import annotations

import os
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import pytest

from . import invariants
from .cluster import Cluster
from .conftest import Databases
from .faults import Fault, Faults
from .harness import Process

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

Spawn = Callable[..., Process]


@dataclass
class Chaos(Faults):
    """Everything that can happen, and jobs of all kinds."""

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

    def choose(self) -> Fault:
        """Return what happens next."""
        faults = {
            fault: share
            for fault, share in self.faults().items()
            if self.can_happen(fault)
        }
        return self.dice.choices(list(faults), list(faults.values()))[0]

    def faults(self) -> dict[Fault, int]:
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


@pytest.fixture
def chaos(databases: Databases, cluster: Cluster, spawn: Spawn) -> Iterator[Chaos]:
    """Return two hosts at work on a database of the private server."""
    database = databases.create(cluster)
    database.set_channels(_CHANNELS)

    def launch(_number: int) -> Process:
        server = cluster.server
        return spawn(
            *("queue_job", "run", "-d", database.name, "--workers", "2"),
            *("--db_host", server["host"], "--db_port", server["port"]),
            *("--db_user", server["user"], "--log-level", "warn"),
        )

    chaos = Chaos(database, cluster, launch, random.Random(SEED))
    for number in range(2):
        chaos.start(number)
    yield chaos
    chaos.repair(everything=True)


def test_long_run(chaos: Chaos, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever happens, in whatever order."""
    with capsys.disabled():
        print(f"\nCHAOS_SEED={SEED} CHAOS_JOBS={JOBS} CHAOS_SECONDS={SECONDS:.0f}")
    database = chaos.database
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
        fault = chaos.choose()
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


def _strike(chaos: Chaos, fault: Fault) -> invariants.Row:
    """Let something happen, wait until work goes on, and look what it left."""
    database = chaos.database
    before = database.last_effect()
    database.recovery = chaos.strike(fault)
    after = invariants.glance(fault.__name__, database)
    return replace(after, jobs=database.last_effect() - before)
