# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Import of a large shop, end to end: a real Vendure, real workers, PostgreSQL.

    python tests/bench/example_import.py [--products 5000] [--orders 2000] [--workers 4]

The seeded shop is multiplied in its own database (example_shop.py), then imported by
jobs, in processes of their own. Printed are records per second and the processor's time
of each side; then what the connector costs on top of the ORM (example_overhead.py).
``--overhead`` runs the second part alone, ``--quick`` is for small machines.

Needs what setup/install made: Odoo and the shop server below .local, and a PostgreSQL
server (PGHOST and friends, else a private one is started).
"""

from __future__ import annotations

import os
import shlex
import sys
import tempfile
import time
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

import odoo

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT / "setup/lib"), str(ROOT / "tests")]
os.environ.setdefault("ODOO_PATH", str(Path(odoo.__path__[0]).parent))

# ruff: noqa: E402
# pylint: disable=wrong-import-position
import postgres
from component_support import (
    Target,
    parser,
    report_tables,
)
from databases import SUITE, Databases
from e2e.faulty_proxy import FaultyProxy
from e2e.stage import Stage
from example_shop import LargeShop
from odoo_run import Odoo
from workspace import CLONE_ID, LOG

MODELS = {
    "categories": "vendure.product.category",
    "products": "vendure.product.template",
    "customers": "vendure.res.partner",
    "orders": "vendure.sale.order",
}
ACTIVE = "('wait_dependencies', 'pending', 'enqueued', 'started')"
IMAGES = "connector_example.channel_vendure_image"


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


class EndToEnd:
    """Imports everything by jobs, and prints a line for each step."""

    def __init__(self, stage: Stage, shop_pid: int, workers: int) -> None:
        self.stage, self.workers = stage, workers
        with stage.env() as env:
            env.cr.execute("SELECT pg_backend_pid()")
            (backend,) = env.cr.fetchone()
        server = psutil.Process(backend).ppid()
        self.sides: dict[str, Callable[[], float]] = {
            "shop": lambda: cpu_of(tree(shop_pid)),
            "Odoo": lambda: sum(cpu_of(tree(w.process.pid)) for w in stage.workers),
            "PostgreSQL": lambda: cpu_of(tree(server)),
        }

    def run(self) -> None:
        """Import each model, then the pictures, whose jobs wait until then."""
        titles = ("records", "seconds", "per s", *self.sides)
        print(f"{'CPU s of each side':<20}" + "".join(f"{t:>12}" for t in titles))
        self._pause_images(True)
        for _number in range(self.workers):
            self.stage.start_worker()
        with self.stage.env() as env:
            self.stage.backend(env).with_delay().poll_orders()
        self._wait(set())  # until they have loaded Odoo
        for label, model in MODELS.items():
            with self._step(label, model):
                with self.stage.env() as env:
                    self.stage.backend(env).import_since_last(model)
                self._wait({"import_image"})
        with self._step("pictures", MODELS["products"]):
            self._pause_images(False)
            self._wait(set())
        assert self.stage.jobs("failed") == []

    @contextmanager
    def _step(self, label: str, model: str) -> Iterator[None]:
        before, start = {n: cpu() for n, cpu in self.sides.items()}, time.monotonic()
        yield
        seconds = time.monotonic() - start
        with self.stage.env() as env:
            count = env[model].search_count([("external_id", "!=", False)])
        used = "".join(f"{cpu() - before[n]:>12.1f}" for n, cpu in self.sides.items())
        rate = count / seconds
        print(f"{label:<20}{count:>12}{seconds:>12.1f}{rate:>12.1f}{used}", flush=True)

    def _pause_images(self, paused: bool) -> None:
        with self.stage.env() as env:
            env.ref(IMAGES).write({"paused": paused, "capacity": self.workers})

    def _wait(self, left: set[str]) -> None:
        """Wait until no job is active but those of these methods."""

        def is_idle() -> bool:
            with self.stage.env() as env:
                env.cr.execute(
                    f"SELECT 1 FROM queue_job WHERE state IN {ACTIVE}"
                    " AND model_name LIKE 'vendure.%%' AND method_name != ALL(%s)"
                    " LIMIT 1",
                    (list(left),),
                )
                return not env.cr.fetchone()

        self.stage.until(is_idle, "all jobs to be done")


@contextmanager
def staged(databases: Databases, shop: LargeShop, name: str) -> Iterator[Stage]:
    """Give a database with the connector, connected to the shop."""
    odoo_run, database = databases.odoo, f"bench_{name}_{CLONE_ID}"
    conf = odoo_run.write_conf(f"bench-{name}")
    databases.create(database, SUITE)
    worker = odoo_run.argv("queue_job", conf)
    worker[-2:-2] = ["run", "--workers", "1"]
    log = LOG / f"bench-{name}.log"
    os.environ["E2E_CONFIG"] = f"-c {conf} -d {database} --logfile {log}"
    os.environ["E2E_WORKER"] = shlex.join(worker)
    key = shop.key_file.read_text().strip()
    with (
        FaultyProxy(shop.url).serve() as proxy,
        tempfile.TemporaryDirectory() as logs,
    ):
        stage = Stage(database, shop.url, key, proxy, Path(logs))
        proxy.url = shop.url  # nothing between the shop and Odoo
        try:
            stage.create_backend()
            yield stage
        finally:
            stage.stop_workers()
            odoo.modules.registry.Registry.delete(database)
            odoo.sql_db.close_db(database)
            databases.drop(database)


def measure(options: Namespace) -> list[Target]:
    """Start the shop, and run what is asked for."""
    with postgres.server() as pg:
        os.environ.update(pg)
        databases = Databases(Odoo(pg))
        shop = LargeShop(databases, "bench_shop")
        shop.products, shop.orders = options.products, options.orders
        with shop.start() as child:
            if not options.overhead:
                with staged(databases, shop, "import") as stage:
                    EndToEnd(stage, child.process.pid, options.workers).run()
            with staged(databases, shop, "overhead") as stage:
                from example_overhead import Bench

                return Bench(stage, rounds=2 if options.quick else 5).run()


def main() -> None:
    """Read the arguments, and run."""
    args = parser(__doc__)
    args.add_argument("--products", type=int, default=5000)
    args.add_argument("--orders", type=int, default=2000)
    args.add_argument("--workers", type=int, default=4)
    args.add_argument("--overhead", action="store_true", help="the second part alone")
    options = args.parse_args()
    if options.quick:
        options.products, options.orders = 648, 240
    report_tables(options, {}, measure(options))


if __name__ == "__main__":
    main()
