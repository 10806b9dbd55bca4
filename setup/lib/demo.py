# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From an empty backend to a shop's orders in Odoo, checked against the shop.

Run it with the interpreter that has Odoo, beside job workers of the same database:

    SHOP_URL=http://127.0.0.1:8220 SHOP_KEY_FILE=.../api-key \
        python setup/lib/demo.py -c odoo.conf -d DATABASE

Every argument goes to Odoo's own configuration. `connector_example` must be installed.
It creates the backend as the form does (or takes the one there is), imports everything
by jobs, exports one stock level and one shipment, and asks the shop itself whether it
sees the same. Exit status: 0 when everything agrees, 1 when something does not, 2 when
it could not run. It commits each step, since other processes have to see it.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from demo_shop import DemoError, Shop

import odoo
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry

STEPS = [
    # label, binding models by the list of the shop they come from, first imported
    ("Categories", {"collections": "vendure.product.category"}),
    (
        "Products",
        {
            "products": "vendure.product.template",
            "productVariants": "vendure.product.product",
        },
    ),
    ("Customers", {"customers": "vendure.res.partner"}),
    ("Orders", {"orders": "vendure.sale.order"}),
]
LABELS = {"productVariants": "  their variants"}
JOBS_AT_ONCE = 4
TRACKING = "1Z999AA10123456784"
STOCK_LEVEL = 77
POLL = 0.5  # seconds between two looks at the queue
STALLED = 90  # seconds without any job done before giving up
LIMIT = 900  # seconds for one step at most
ACTIVE = ("wait_dependencies", "pending", "enqueued", "started")


@dataclass
class Row:
    """One line of the final table."""

    label: str
    expected: int
    done: int
    failed: int
    seconds: float
    exported: bool = False


@dataclass
class Demo:
    """The steps, and what came of them."""

    registry: Registry
    shop: Shop
    backend_id: int = 0
    rows: list[Row] = field(default_factory=list)
    checks: list[tuple[str, Any, Any]] = field(default_factory=list)

    @contextmanager
    def env(self) -> Iterator[api.Environment]:
        """Give an environment in a transaction of its own, committed at the end."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            yield env(user=env.ref("base.user_admin"))

    def run(self) -> bool:
        """Do everything, print the table, and return whether all agrees."""
        with self.env() as env:
            self.backend_id = prepare_backend(env, self.shop).id
        for label, models in STEPS:
            self.import_step(label, models)
        self.check_totals()
        self.take_stock()
        self.export_stock()
        self.export_shipment()
        self.check_stock()
        with self.env() as env:  # from now on, orders of the shop come by themselves
            env["vendure.backend"].browse(self.backend_id).poll_interval = 10
        return self.report()

    def import_step(self, label: str, models: dict[str, str]) -> None:
        """Import one kind of object, and count it on both sides."""
        start = time.monotonic()
        with self.env() as env:
            first_job = last_job_id(env)
            backend = env["vendure.backend"].browse(self.backend_id)
            backend.import_since_last(next(iter(models.values())))
        failed = self.wait_jobs(label, first_job)
        seconds = time.monotonic() - start
        for what, model in models.items():
            with self.env() as env:
                domain = [("backend_id", "=", self.backend_id)]
                bound = env[model].search_count([*domain, ("external_id", "!=", False)])
            expected = self.shop.count(what)
            name = LABELS.get(what, label)
            self.rows.append(Row(name, expected, bound, failed, seconds))
            agreed = f"{name.strip().capitalize()} in the shop and in Odoo"
            self.checks.append((agreed, expected, bound))
            failed = 0

    def wait_jobs(self, label: str, first_job: int) -> int:
        """Wait for the jobs after an id, showing progress; return how many failed."""
        begin = moved = time.monotonic()
        seen: dict[str, int] = {}
        while True:
            with self.env() as env:
                counts = job_counts(env, first_job)
            now = time.monotonic()
            if counts != seen:
                seen, moved = counts, now
                show_progress(label, counts, now - begin)
            if not sum(counts.get(state, 0) for state in ACTIVE):
                break
            if now - moved > STALLED or now - begin > LIMIT:
                raise DemoError(
                    f"{label}: no job advances ({counts}). Is a worker running? "
                    "Start one: odoo queue_job run --workers 2 -d DATABASE"
                )
            time.sleep(POLL)
        sys.stdout.write("\n")
        if failed := seen.get("failed", 0):
            self.show_failures(first_job)
        return failed

    def show_failures(self, first_job: int) -> None:
        """Print what failed, so that the log need not be searched."""
        with self.env() as env:
            jobs = env["queue.job"].search(
                [("id", ">", first_job), ("state", "=", "failed")], limit=5
            )
            for job in jobs:
                print(f"    failed: {job.name}: {job.exc_name}: {job.exc_message}")

    def check_totals(self) -> None:
        """Compare the orders with the shop's, one by one and in sum, in cents."""
        shop = self.shop.order_totals()
        with self.env() as env:
            orders = env["vendure.sale.order"].search(
                [("backend_id", "=", self.backend_id)]
            )
            odoo_totals = {o.external_id: round(o.amount_total * 100) for o in orders}
        differ = {
            id_: (cents, odoo_totals.get(id_))
            for id_, cents in shop.items()
            if odoo_totals.get(id_) != cents
        }
        self.checks += [
            ("Orders whose total differs (shop, Odoo)", {}, differ),
            ("Sum of the totals", money(shop.values()), money(odoo_totals.values())),
        ]

    def take_stock(self) -> None:
        """Set the quantities on hand to the shop's, as its form offers it."""
        start = time.monotonic()
        with self.env() as env:
            first_job = last_job_id(env)
            env["vendure.backend"].browse(self.backend_id).import_stock()
        failed = self.wait_jobs("Stock", first_job)
        levels = self.shop.stock_levels()
        same = sum(1 for a, b in self.compare_stock(levels) if a == b)
        seconds = time.monotonic() - start
        self.rows.append(Row("Stock levels", len(levels), same, failed, seconds))

    def compare_stock(self, levels: dict[str, int]) -> list[tuple[int, float | None]]:
        """Return the quantities of the shop beside those of the warehouse."""
        with self.env() as env:
            backend = env["vendure.backend"].browse(self.backend_id)
            variants = env["vendure.product.product"].search(
                [("backend_id", "=", backend.id)]
            )
            here = {
                variant.external_id: variant.qty_available
                for variant in variants.with_context(
                    warehouse_id=backend.warehouse_id.id
                )
            }
        return [(level, here.get(id_)) for id_, level in levels.items()]

    def check_stock(self) -> None:
        """After the exports, every quantity is the same on both sides."""
        pairs = self.compare_stock(self.shop.stock_levels())
        differ = [pair for pair in pairs if pair[0] != pair[1]]
        self.checks.append(("Stock levels that differ (shop, Odoo)", [], differ))

    def export_stock(self) -> None:
        """Count a product in the warehouse; the shop must learn its new quantity."""
        start = time.monotonic()
        with self.env() as env:
            first_job = last_job_id(env)
            backend = env["vendure.backend"].browse(self.backend_id)
            variant = env["vendure.product.product"].search(
                [("backend_id", "=", self.backend_id)], order="id desc", limit=1
            )
            external_id = variant.external_id
            quant = env["stock.quant"].with_context(inventory_mode=True)
            quant.create(
                {
                    "product_id": variant.odoo_id.id,
                    "location_id": backend.warehouse_id.lot_stock_id.id,
                    "inventory_quantity": STOCK_LEVEL,
                }
            ).action_apply_inventory()
        failed = self.wait_jobs("Stock level", first_job)
        seen = self.shop.stock_levels()[external_id]
        self.exported("Stock level", seen == STOCK_LEVEL, failed, start)
        self.checks.append(("Stock level in Odoo and in the shop", STOCK_LEVEL, seen))

    def export_shipment(self) -> None:
        """Deliver an order in Odoo; the shop must see it shipped, once."""
        start = time.monotonic()
        with self.env() as env:
            first_job = last_job_id(env)
            order = env["vendure.sale.order"].search(
                [
                    ("backend_id", "=", self.backend_id),
                    ("shop_state", "=", "PaymentSettled"),
                    ("picking_ids.state", "in", ("confirmed", "assigned", "waiting")),
                ],
                order="id",
                limit=1,
            )
            if not order:
                raise DemoError("No paid order left to ship: reset the shop.")
            external_id = order.external_id
            picking = order.picking_ids.filtered(lambda p: p.state != "done")[:1]
            picking.carrier_tracking_ref = TRACKING
            for move in picking.move_ids:
                move.quantity = move.product_uom_qty
                move.picked = True
            picking.button_validate()
        failed = self.wait_jobs("Shipment", first_job)
        seen = self.shop.shipments(external_id)
        expected = [(TRACKING, "Shipped")]
        self.exported("Shipment", seen == expected, failed, start)
        self.checks.append(("Shipment with tracking number", expected, seen))

    def exported(self, label: str, arrived: bool, failed: int, start: float) -> None:
        """Add the row of an export of one object."""
        seconds = time.monotonic() - start
        self.rows.append(Row(label, 1, int(arrived), failed, seconds, exported=True))

    def report(self) -> bool:
        """Print the table and the checks; return whether all agrees."""
        line = "{:<24}{:>8}{:>10}{:>10}{:>8}{:>9}{:>11}"
        titles = ("in shop", "imported", "exported", "failed", "seconds", "records/s")
        print("\n" + line.format("", *titles))
        for row in self.rows:
            done = ("-", row.done) if row.exported else (row.done, "-")
            rate = row.done / row.seconds if row.seconds else 0
            times = (f"{row.seconds:.1f}", f"{rate:.1f}")
            print(line.format(row.label, row.expected, *done, row.failed, *times))
        print()
        for label, expected, found in self.checks:
            agrees = "ok  " if expected == found else "FAIL"
            detail = expected if expected == found else f"{expected} but {found}"
            print(f"{agrees} {label}: {detail}")
        good = all(expected == found for _label, expected, found in self.checks)
        failed = sum(row.failed for row in self.rows)
        print(f"\n{'Everything agrees with the shop.' if good else 'NOT the same.'}")
        if failed:
            print(f"{failed} jobs failed.")
        return good and not failed


def prepare_backend(env: api.Environment, shop: Shop) -> Any:
    """Create and test the backend as somebody does in its form."""
    backend = env["vendure.backend"].search([("location", "=", shop.url)], limit=1)
    if not backend:
        backend = env["vendure.backend"].create(
            {
                "name": "Vendure demo shop",
                "location": shop.url,
                "auth_secret": shop.session.headers["vendure-api-key"],
                "create_missing_taxes": True,
                "stock_delay": 1,  # seconds: somebody is looking
                "poll_interval": 0,  # no job may be left while steps are measured
            }
        )
    tested = backend.action_test_connection()["params"]
    if tested["type"] != "success":
        raise DemoError(tested["message"])
    backend.action_activate()
    channel = env.ref("queue_job.channel_root")
    channel.capacity = max(channel.capacity, JOBS_AT_ONCE)
    return backend


def last_job_id(env: api.Environment) -> int:
    """Return the highest id of the jobs so far."""
    env.cr.execute("SELECT COALESCE(MAX(id), 0) FROM queue_job")
    return env.cr.fetchone()[0]


def job_counts(env: api.Environment, first_job: int) -> dict[str, int]:
    """Return the number of jobs of the connector after an id, by state."""
    env.cr.execute(
        """
        SELECT state, COUNT(*) FROM queue_job
        WHERE model_name LIKE 'vendure.%%' AND (id > %s OR state = ANY(%s))
        GROUP BY state
        """,
        (first_job, list(ACTIVE)),
    )
    return dict(env.cr.fetchall())


def show_progress(label: str, counts: dict[str, int], seconds: float) -> None:
    """Show one line, rewritten in place on a terminal."""
    total, done = sum(counts.values()), counts.get("done", 0)
    bar = "#" * (20 * done // total if total else 0)
    failed = f", {counts['failed']} failed" if counts.get("failed") else ""
    text = f"{label:<12}[{bar:<20}] {done}/{total} jobs{failed}, {seconds:.0f} s"
    sys.stdout.write(f"\r{text}   " if sys.stdout.isatty() else f"\n{text}")
    sys.stdout.flush()


def money(cents: Any) -> str:
    """Return a sum of cents as an amount."""
    total = sum(cents)
    return f"{total // 100}.{total % 100:02}"


def main(arguments: list[str]) -> int:
    """Run the demo against SHOP_URL in the database of the arguments."""
    url, key_file = os.environ.get("SHOP_URL"), os.environ.get("SHOP_KEY_FILE")
    if not url or not key_file:
        print("Set SHOP_URL and SHOP_KEY_FILE: setup/demo does it.", file=sys.stderr)
        return 2
    odoo.tools.config.parse_config(arguments, setup_logging=True)
    names = odoo.tools.config["db_name"]
    database = names if isinstance(names, str) else names[0]
    shop = Shop(url.rstrip("/"), Path(key_file).read_text().strip())
    try:
        return 0 if Demo(Registry(database), shop).run() else 1
    except DemoError as error:
        print(f"\n{error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
