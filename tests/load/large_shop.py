# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A shop of 50,000 products, 20,000 customers and 10,000 orders, imported by jobs.

    python tests/load/large_shop.py [--quick] [--products N] [--customers N]
                                    [--orders N] [--workers N]

The shop is a real Vendure, whose seed is multiplied in its own database. The example
connector imports it with several worker processes; then the shop itself is asked
whether all has arrived, each order's total to the cent. Speed and memory are watched
all the while: the last quarter of the products must cost what the second one did.

Needs what setup/install made: Odoo and the shop server below .local, and a PostgreSQL
server (PGHOST and friends, else a private one is started).
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psutil

ROOT: Final = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/bench"), str(ROOT / "setup/lib")]
# They make the folders of the setup known to each other: first.
from example_import import IMAGES, MODELS, EndToEnd, Stage, staged  # noqa: E402, I001
import demo_shop  # noqa: E402
import postgres  # noqa: E402
from component_support import Target, parser, report_tables  # noqa: E402
from databases import Databases  # noqa: E402
from example_shop import LargeShop  # noqa: E402
from odoo_run import Odoo  # noqa: E402

FULL: Final = {"products": 50_000, "customers": 20_000, "orders": 10_000}
QUICK: Final = {"products": 540, "customers": 200, "orders": 120}
#: Lists of the shop, and the model of their bindings.
_LISTS: Final = {
    "collections": "vendure.product.category",
    "products": "vendure.product.template",
    "productVariants": "vendure.product.product",
    "customers": "vendure.res.partner",
    "orders": "vendure.sale.order",
}
_ACTIVE: Final = """
    SELECT count(*) FROM queue_job
     WHERE state IN ('wait_dependencies', 'pending', 'enqueued', 'started')
       AND model_name LIKE 'vendure.%%' AND method_name <> ALL (%s)
"""
_PAUSE: Final = 2.0  # seconds between two looks
#: Nothing imported for so long: something is broken.
_PATIENCE: Final = 300.0  # seconds


@dataclass
class Step:
    """The import of one kind of object."""

    label: str
    seconds: float = 0.0
    #: Of the processors, by side.
    cpu: dict[str, float] = field(default_factory=dict)
    #: At each look: seconds since the start, records, bytes of each worker.
    looks: list[tuple[float, int, list[int]]] = field(default_factory=list)

    @property
    def records(self) -> int:
        """Return how many there are in the end."""
        return self.looks[-1][1]

    def megabytes(self, quarter: int) -> float:
        """Return the median memory of a worker in a quarter of the time.

        :param quarter: from 0 to 3
        """
        first, after = self._ends(quarter)
        part = self.looks[first : max(after, first + 1)]
        return statistics.median(size for look in part for size in look[2]) / 1e6

    def seconds_each(self, quarter: int) -> float:
        """Return the time from one record to the next in a quarter of the time."""
        first, after = self._ends(quarter)
        began, ended = self.looks[first], self.looks[min(after, len(self.looks) - 1)]
        return (ended[0] - began[0]) / max(1, ended[1] - began[1])

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


class Import:
    """Imports everything, and watches."""

    def __init__(self, stage: Stage, shop_pid: int, workers: int) -> None:
        self._stage = stage
        self._workers = workers
        self.sides = EndToEnd(stage, shop_pid, workers).sides
        self.steps: list[Step] = []

    def run(self) -> None:
        """Import each model, then the pictures, whose jobs wait until then."""
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
        with self._step("products' pictures") as step:
            self._pause_images(False)
            self._watch(step, MODELS["products"])

    @contextmanager
    def _step(self, label: str) -> Iterator[Step]:
        step = Step(label)
        before = {name: cpu() for name, cpu in self.sides.items()}
        start = time.monotonic()
        yield step
        step.seconds = time.monotonic() - start
        step.cpu = {name: cpu() - before[name] for name, cpu in self.sides.items()}
        self.steps.append(step)
        print("... " + "  ".join(step.cells()), file=sys.stderr, flush=True)

    def _watch(self, step: Step, model: str, *left_alone: str) -> None:
        """Look again and again until no job is left but those of some methods."""
        start = moved = time.monotonic()
        before = None
        while True:
            active, records = self._active(*left_alone), self._bound(model)
            now = time.monotonic()
            memory = [_resident(each.process.pid) for each in self._stage.workers]
            step.looks.append((now - start, records, memory))
            if not active:
                return
            if (active, records) != before:
                before, moved = (active, records), now
            if now - moved > _PATIENCE:
                raise RuntimeError(
                    f"{step.label}: {active} jobs, and none of them ends"
                )
            time.sleep(_PAUSE)

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
            env.ref(IMAGES).write({"paused": paused, "capacity": self._workers})


def _resident(pid: int) -> int:
    """Return the bytes of the worker among a supervisor and what it started."""
    supervisor = psutil.Process(pid)
    each = (supervisor, *supervisor.children(recursive=True))
    return max(process.memory_info().rss for process in each)


def compare(stage: Stage, shop: demo_shop.Shop) -> list[Target]:
    """Ask the shop what it has; return what must not differ."""
    missing = 0
    for name, model in _LISTS.items():
        with stage.env() as env:
            found = env[model].search_count([("external_id", "!=", False)])
        missing += abs(shop.count(name) - found)
    totals = shop.order_totals()
    with stage.env() as env:
        here = {
            order.external_id: round(order.amount_total * 100)
            for order in env["vendure.sale.order"].search([])
        }
    differing = [key for key, cents in totals.items() if here.get(key) != cents]
    return [
        Target("objects missing or too many", missing, "≤", 0),
        Target("orders whose total differs", len(differing), "≤", 0),
        Target(
            "cents between the sums of all orders",
            abs(sum(totals.values()) - sum(here.values())),
            *("≤", 0),
        ),
        Target("failed jobs", len(stage.jobs("failed")), "≤", 0),
    ]


def report(args: argparse.Namespace, found: Import, targets: list[Target]) -> None:
    """Print the steps, and judge them."""
    size = {name: getattr(args, name) for name in FULL}
    share = "all of them" if size == FULL else "a part of the full size"
    products = found.steps[list(MODELS).index("products")]
    header = (
        *("import", "records", "seconds", "records/s"),
        *(f"{side}, CPU s" for side in found.sides),
        *("CPU ms a record", "MB of a worker, 1st quarter", "2nd", "3rd", "4th"),
    )
    tables = {
        ("asked of the shop", "number"): [
            *((name, str(count)) for name, count in size.items()),
            ("workers", str(args.workers)),
            ("that is", share),
        ],
        header: [step.cells() for step in found.steps],
    }
    targets += [
        Target(
            "time of a product, last quarter over second",
            products.seconds_each(3) / products.seconds_each(1),
            *("≤", 1.2),
        ),
        Target(
            "memory of a worker, last quarter over second",
            products.megabytes(3) / products.megabytes(1),
            *("≤", 1.1),
        ),
    ]
    report_tables(args, tables, targets)


def main() -> None:
    """Fill a shop, and import it."""
    options = parser(__doc__)
    for name, count in FULL.items():
        options.add_argument(f"--{name}", type=int, default=count)
    options.add_argument("--workers", type=int, default=4)
    args = options.parse_args()
    if args.quick:
        vars(args).update(QUICK)
    with postgres.server() as pg:
        shop = LargeShop(Databases(Odoo(pg)), "load_shop")
        shop.products, shop.customers = args.products, args.customers
        shop.orders = args.orders
        print("... filling the shop", file=sys.stderr, flush=True)
        with shop.start() as child, staged(shop.databases, shop, "load") as stage:
            found = Import(stage, child.process.pid, args.workers)
            found.run()
            key = shop.key_file.read_text().strip()
            targets = compare(stage, demo_shop.Shop(shop.url, key))
    report(args, found, targets)


if __name__ == "__main__":
    main()
