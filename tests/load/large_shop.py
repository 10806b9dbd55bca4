# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A shop of 50,000 products, 20,000 customers and 10,000 orders, imported by jobs.

    python tests/load/large_shop.py [--quick] [--products N] [--customers N]
                                    [--orders N] [--workers N] [--pictures]

The shop is a real Vendure, whose seed is multiplied in its own database. The example
connector imports it with several worker processes; then the shop itself is asked
whether all has arrived, each order's total to the cent. Speed and memory are watched
all the while: the last quarter of the products must cost what the second one did. The
jobs that fetch pictures go on waiting, unless asked for: of copies they are all alike.

Needs what setup/install made: Odoo and the shop server below .local, and a PostgreSQL
server (PGHOST and friends, else a private one is started).
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/bench"), str(ROOT / "setup/lib")]
# They make the folders of the setup known to each other: first.
from example_import import staged  # noqa: E402, I001
import demo_shop  # noqa: E402
import postgres  # noqa: E402
from component_support import Tables, Target, parser, report_tables  # noqa: E402
from databases import Databases  # noqa: E402
from e2e.stage import Stage  # noqa: E402
from example_shop import LargeShop  # noqa: E402
from example_steps import MODELS, EndToEnd  # noqa: E402
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


def report(args: argparse.Namespace, found: EndToEnd, targets: list[Target]) -> None:
    """Print the steps, and judge them."""
    size = {name: getattr(args, name) for name in FULL}
    share = "all of them" if size == FULL else "a part of the full size"
    products = found.steps[list(MODELS).index("products")]
    tables: Tables = {
        ("asked of the shop", "number"): [
            *((name, str(count)) for name, count in size.items()),
            ("workers", str(args.workers)),
            ("that is", share),
        ],
        found.header(): [step.cells() for step in found.steps],
    }
    targets += [
        Target(
            "CPU of a product, last quarter over second",
            products.cpu_each(3) / products.cpu_each(1),
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
    options.add_argument("--pictures", action="store_true", help="import them too")
    args = options.parse_args()
    if args.quick:
        for name, count in QUICK.items():
            setattr(args, name, min(count, getattr(args, name)))
    with postgres.server() as pg:
        os.environ.update(pg)
        shop = LargeShop(Databases(Odoo(pg)), "load_shop")
        shop.products, shop.customers = args.products, args.customers
        shop.orders = args.orders
        print("... filling the shop", file=sys.stderr, flush=True)
        with shop.start() as child, staged(shop.databases, shop, "load") as stage:
            found = EndToEnd(stage, child.process.pid, args.workers)
            found.run(pictures=args.pictures)
            key = shop.key_file.read_text().strip()
            targets = compare(stage, demo_shop.Shop(shop.url, key))
    report(args, found, targets)


if __name__ == "__main__":
    main()
