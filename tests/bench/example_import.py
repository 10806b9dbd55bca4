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
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import odoo

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT / "setup/lib"), str(ROOT / "tests")]
os.environ.setdefault("ODOO_PATH", str(Path(odoo.__path__[0]).parent))

# ruff: noqa: E402
# pylint: disable=wrong-import-position
import postgres
from component_support import parser, report_tables
from databases import SUITE, Databases
from e2e.faulty_proxy import FaultyProxy
from e2e.stage import Stage
from example_shop import LargeShop
from example_steps import EndToEnd
from odoo_run import Odoo
from processes import interrupt_on_signals
from workspace import CLONE_ID, LOG


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


def measure(options: Namespace) -> None:
    """Start the shop, run what is asked for, and report it."""
    tables = {}
    with postgres.server() as pg:
        os.environ.update(pg)
        databases = Databases(Odoo(pg))
        shop = LargeShop(databases, "bench_shop")
        shop.products, shop.orders = options.products, options.orders
        with shop.start() as child:
            if not options.overhead:
                with staged(databases, shop, "import") as stage:
                    whole = EndToEnd(stage, child.process.pid, options.workers)
                    whole.run()
                    assert not (failed := stage.jobs("failed")), failed
                tables[whole.header()] = [step.cells() for step in whole.steps]
            with staged(databases, shop, "overhead") as stage:
                from example_overhead import Bench

                targets = Bench(stage, rounds=2 if options.quick else 5).run()
    report_tables(options, tables, targets)


def main() -> None:
    """Read the arguments, and run."""
    args = parser(__doc__)
    args.add_argument("--products", type=int, default=5000)
    args.add_argument("--orders", type=int, default=2000)
    args.add_argument("--workers", type=int, default=4)
    args.add_argument("--overhead", action="store_true", help="the second part alone")
    options = args.parse_args()
    interrupt_on_signals()
    if options.quick:
        options.products, options.orders = 648, 240
    measure(options)


if __name__ == "__main__":
    main()
