# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Import of a whole shop by jobs, model after model, watched while it runs."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

import psutil
from e2e.stage import Stage

MODELS: Final = {
    "categories": "vendure.product.category",
    "products": "vendure.product.template",
    "customers": "vendure.res.partner",
    "orders": "vendure.sale.order",
}
_IMAGES: Final = "connector_example.channel_vendure_image"
_ACTIVE: Final = """
    SELECT count(*) FROM queue_job
     WHERE state IN ('wait_dependencies', 'pending', 'enqueued', 'started')
       AND model_name LIKE 'vendure.%%' AND method_name <> ALL (%s)
"""
_PAUSE: Final = 1.0  # seconds between two looks
#: No job over and nothing imported for so long: something is broken.
_PATIENCE: Final = 300.0  # seconds


def cpu_of(processes: Iterable[psutil.Process]) -> float:
    """Return the seconds that processes, and children that ended, have used."""
    total = 0.0
    for process in processes:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
        total += times.children_user + times.children_system
    return total


def tree(pid: int) -> Iterator[psutil.Process]:
    """Yield a process and all those that it started."""
    root = psutil.Process(pid)
    yield root
    yield from root.children(recursive=True)


@dataclass(frozen=True)
class Look:
    """How far a step has come."""

    records: int
    #: Seconds of the processors, of all sides.
    cpu: float
    #: Bytes of each worker.
    resident: list[int]


@dataclass
class Step:
    """The import of one kind of object."""

    label: str
    seconds: float = 0.0
    #: Of the processors, by side.
    cpu: dict[str, float] = field(default_factory=dict)
    looks: list[Look] = field(default_factory=list)

    @property
    def records(self) -> int:
        """Return how many there are in the end."""
        return self.looks[-1].records

    def megabytes(self, quarter: int) -> float:
        """Return the median memory of a worker in a quarter of the time.

        :param quarter: from 0 to 3
        """
        first, after = self._ends(quarter)
        part = self.looks[first : max(after, first + 1)]
        return statistics.median(size for look in part for size in look.resident) / 1e6

    def cpu_each(self, quarter: int) -> float:
        """Return the seconds of the processors a record in a quarter of the time."""
        first, after = self._ends(quarter)
        began, ended = self.looks[first], self.looks[min(after, len(self.looks) - 1)]
        return (ended.cpu - began.cpu) / max(1, ended.records - began.records)

    def _ends(self, quarter: int) -> tuple[int, int]:
        """Return the first look of a quarter, and the first one after it."""
        count = len(self.looks)
        return quarter * count // 4, (quarter + 1) * count // 4

    def cells(self) -> tuple[str, ...]:
        """Return the line of the table."""
        total = sum(self.cpu.values())
        return (
            *(self.label, str(self.records), f"{self.seconds:.0f}"),
            f"{self.records / self.seconds:.1f}",
            *(f"{spent:.0f} ({spent / total:.0%})" for spent in self.cpu.values()),
            f"{1000 * total / max(1, self.records):.1f}",
            *(f"{self.megabytes(quarter):.0f}" for quarter in range(4)),
        )


class EndToEnd:
    """Imports everything by jobs, and notes what each step takes."""

    def __init__(self, stage: Stage, shop_pid: int, workers: int) -> None:
        self._stage = stage
        self._workers = workers
        self.steps: list[Step] = []
        with stage.env() as env:
            env.cr.execute("SELECT pg_backend_pid()")
            [backend] = env.cr.fetchone()
        server = psutil.Process(backend).ppid()
        self.sides: dict[str, Callable[[], float]] = {
            "shop": lambda: cpu_of(tree(shop_pid)),
            "Odoo": lambda: sum(cpu_of(tree(w.process.pid)) for w in stage.workers),
            "PostgreSQL": lambda: cpu_of(tree(server)),
        }

    def header(self) -> tuple[str, ...]:
        """Return the titles of the table, whose lines are the cells of the steps."""
        return (
            *("import", "records", "seconds", "records/s"),
            *(f"CPU s of {side}" for side in self.sides),
            *("CPU ms a record", "MB of a worker, 1st quarter", "2nd", "3rd", "4th"),
        )

    def run(self, pictures: bool = True) -> None:
        """Import each model, then the pictures, whose jobs wait until then.

        :param pictures: otherwise they go on waiting
        """
        self._pause_images(True)
        with self._stage.env() as env:
            env.ref("queue_job.channel_root").capacity = self._workers
        for _number in range(self._workers):
            self._stage.start_worker()
        self._stage.until(self._all_workers, "all workers to be idle")
        for label, model in MODELS.items():
            with self._step(label) as step:
                with self._stage.env() as env:
                    self._stage.backend(env).import_since_last(model)
                self._watch(step, model, "import_image")
        if pictures:
            with self._step("pictures") as step:
                self._pause_images(False)
                self._watch(step, MODELS["products"])

    @contextmanager
    def _step(self, label: str) -> Iterator[Step]:
        step = Step(label)
        before = self._cpu()
        start = time.monotonic()
        yield step
        step.seconds = time.monotonic() - start
        step.cpu = {name: cpu - before[name] for name, cpu in self._cpu().items()}
        self.steps.append(step)
        print("... " + "  ".join(step.cells()), file=sys.stderr, flush=True)

    def _watch(self, step: Step, model: str, *left_alone: str) -> None:
        """Look again and again until no job is left but those of some methods."""
        moved = time.monotonic()
        before = None
        while True:
            active, records = self._active(*left_alone), self._bound(model)
            now = time.monotonic()
            memory = _resident(each.process.pid for each in self._stage.workers)
            step.looks.append(Look(records, sum(self._cpu().values()), memory))
            if not active:
                return
            if (active, records) != before:
                before, moved = (active, records), now
            if now - moved > _PATIENCE:
                raise RuntimeError(
                    f"{step.label}: {active} jobs, and none of them ends"
                )
            time.sleep(_PAUSE)

    def _cpu(self) -> dict[str, float]:
        """Return the seconds of the processors that each side has used."""
        return {name: cpu() for name, cpu in self.sides.items()}

    def _all_workers(self) -> bool:
        with self._stage.env() as env:
            env.cr.execute("SELECT count(*) FROM queue_job_idle()")
            return env.cr.fetchone()[0] == self._workers

    def _active(self, *left_alone: str) -> int:
        """Return how many jobs are not over, but for those of some methods."""
        with self._stage.env() as env:
            env.cr.execute(_ACTIVE, (list(left_alone),))
            return env.cr.fetchone()[0]

    def _bound(self, model: str) -> int:
        with self._stage.env() as env:
            return env[model].search_count([("external_id", "!=", False)])

    def _pause_images(self, paused: bool) -> None:
        with self._stage.env() as env:
            env.ref(_IMAGES).write({"paused": paused, "capacity": self._workers})


def _resident(supervisors: Iterable[int]) -> list[int]:
    """Return the bytes of each worker, not of the supervisors that started them."""
    return [
        worker.memory_info().rss
        for pid in supervisors
        for worker in psutil.Process(pid).children(recursive=True)
    ]
