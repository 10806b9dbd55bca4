# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Import of a large shop, end to end: a real Vendure, real workers, PostgreSQL.

    python tests/bench/example_import.py [--products 5000] [--orders 2000] [--workers 4]

The seeded shop is multiplied in its own database, then imported by jobs. Printed are
records per second, the processor's time of each side, and what the connector costs on
top of the ORM: the time of whole imports, in one process, against that of the creates
and confirmations within them. ``--quick`` is for small machines.

Needs the environment of tests/e2e (see its conftest.py), and SHOP_PGDB and SHOP_PID,
the database and the process of the shop.
"""

from __future__ import annotations

import argparse
import functools
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import psycopg2

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from e2e.faulty_proxy import FaultyProxy
from e2e.stage import Stage

OFFSET = 10_000  # more than the ids of the seed
PRODUCTS_OF_SEED, ORDERS_OF_SEED = 54, 24
ORM_METHODS = ("create", "write", "flush_model", "_run", "_create_product_variant")
SAMPLE = 40  # records imported in one process, to tell the connector from the ORM

#: tables of a product and of an order, parents first: the columns that have its ids
PRODUCT_TABLES = {
    "product": ("id",),
    "product_translation": ("id", "baseId"),
    "product_channels_channel": ("productId",),
    "product_option_groups_product_option_group": ("productId",),
    "product_variant": ("id", "productId"),
    "product_variant_translation": ("id", "baseId"),
    "product_variant_price": ("id", "variantId"),
    "product_variant_channels_channel": ("productVariantId",),
    "product_variant_options_product_option": ("productVariantId",),
    "stock_level": ("id", "productVariantId"),
    "collection_product_variants_product_variant": ("productVariantId",),
}
ORDER_TABLES = {
    "order": ("id",),
    "order_channels_channel": ("orderId",),
    "shipping_line": ("id", "orderId"),
    "order_line": ("id", "orderId", "shippingLineId"),
    "payment": ("id", "orderId"),
    "fulfillment": ("id",),
    "order_fulfillments_fulfillment": ("orderId", "fulfillmentId"),
    "order_line_reference": ("id", "fulfillmentId", "orderLineId"),
}
UNIQUE_TEXTS = {"code", "sku", "slug"}


def multiply(database: str, products: int, orders: int) -> None:
    """Copy products and orders of the shop until there are so many."""
    connection = psycopg2.connect(dbname=database)
    with connection, connection.cursor() as cursor:
        for tables, wanted, seeded in (
            (PRODUCT_TABLES, products, PRODUCTS_OF_SEED),
            (ORDER_TABLES, orders, ORDERS_OF_SEED),
        ):
            for table, ids in tables.items():
                copy_rows(cursor, table, ids, max(0, -(-wanted // seeded) - 1))
    connection.close()


def copy_rows(cursor: Any, table: str, ids: tuple[str, ...], times: int) -> None:
    """Copy the rows of the seed, their ids and unique texts being others."""
    cursor.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = %s AND table_schema = 'public'",
        (table,),
    )
    columns = [name for (name,) in cursor.fetchall()]
    values = []
    for name in columns:
        value = f's."{name}"'
        if name in ids:
            value += f" + copy * {OFFSET}"
        elif name in UNIQUE_TEXTS:
            value += " || '-' || copy"
        values.append(value)
    names = ", ".join(f'"{name}"' for name in columns)
    cursor.execute(
        f'INSERT INTO "{table}" ({names}) SELECT {", ".join(values)}'
        f' FROM "{table}" s, generate_series(1, {times}) copy'
        f' WHERE s."{ids[0]}" < {OFFSET}'
    )


# The time of processors


def cpu_of(processes: Iterator[psutil.Process]) -> float:
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


def database_server(database: str) -> int:
    """Return the first process of the PostgreSQL server."""
    with psycopg2.connect(dbname=database).cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return psutil.Process(cursor.fetchone()[0]).ppid()


def measure(stage: Stage, workers: int) -> None:
    """Import everything by jobs, and print a line for each model."""
    postgres = database_server(stage.database)
    sides: dict[str, Callable[[], float]] = {
        "shop": lambda: cpu_of(tree(int(os.environ["SHOP_PID"]))),
        "odoo": lambda: sum(cpu_of(tree(w.process.pid)) for w in stage.workers),
        "postgresql": lambda: cpu_of(tree(postgres)),
    }
    titles = "".join(f"{side:>12}" for side in sides)
    print(f"{'':<28}{'records':>9}{'seconds':>9}{'per s':>8}{titles}   (CPU s)")
    for _number in range(workers):
        stage.start_worker()
    with stage.env() as env:  # until they have loaded Odoo
        stage.backend(env).with_delay().poll_orders()
    stage.wait_idle()
    for model in (
        "vendure.product.category",
        "vendure.product.template",
        "vendure.res.partner",
        "vendure.sale.order",
    ):
        before, start = {n: cpu() for n, cpu in sides.items()}, time.monotonic()
        with stage.env() as env:
            stage.backend(env).import_since_last(model)
        stage.wait_idle()
        seconds = time.monotonic() - start
        with stage.env() as env:
            count = env[model].search_count([("external_id", "!=", False)])
        used = "".join(f"{cpu() - before[n]:>12.1f}" for n, cpu in sides.items())
        print(f"{model:<28}{count:>9}{seconds:>9.1f}{count / seconds:>8.1f}{used}")


# What the connector costs on top of the ORM


@contextmanager
def orm_time(registry: Any, spent: list[float]) -> Iterator[None]:
    """Add the processor's time of creates, writes and confirmations to a list.

    Those of the models themselves, with all that the addons of Odoo add to them; what
    they call in turn is counted once.
    """
    depth = [0]

    def timed(method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def call(*args: Any, **kwargs: Any) -> Any:
            if depth[0]:
                return method(*args, **kwargs)
            depth[0], start = 1, time.process_time()
            try:
                return method(*args, **kwargs)
            finally:
                depth[0] = 0
                spent.append(time.process_time() - start)

        return call

    changed = []
    for model in registry.models.values():
        for name in ORM_METHODS:
            if name in vars(model) or not hasattr(model, name):
                continue
            setattr(model, name, timed(getattr(model, name)))
            changed.append((model, name))
    try:
        yield
    finally:
        for model, name in changed:
            delattr(model, name)


def overhead(stage: Stage) -> None:
    """Import some records again as new ones, in this process, and roll back."""
    for model in ("vendure.product.template", "vendure.sale.order"):
        with stage.env() as env:
            backend = stage.backend(env).with_context(connector_no_export=True)
            bindings = env[model].search([], limit=SAMPLE, order="id desc")
            ids = bindings.mapped("external_id")
            with backend.work_on(model) as work:
                records = work.component(usage="backend.adapter").read_many(ids)
            records = {record["id"]: record for record in records}
            if model == "vendure.product.template":
                env["vendure.product.product"].search(
                    [("odoo_id.product_tmpl_id", "in", bindings.odoo_id.ids)]
                ).unlink()
            bindings.unlink()
            spent: list[float] = []
            with orm_time(env.registry, spent):
                start = time.process_time()
                for external_id in ids:
                    env[model].import_record(
                        backend, external_id, external_record=records[external_id]
                    )
                    flush = time.process_time()
                    env.flush_all()
                    spent.append(time.process_time() - flush)
                whole = time.process_time() - start
            orm = sum(spent)
            share = (whole - orm) / orm
            print(
                f"{model}: {1000 * whole / SAMPLE:.1f} ms a record, the ORM's creates "
                f"{1000 * orm / SAMPLE:.1f} ms: the connector adds {share:.0%}"
            )
            env.cr.rollback()


def main() -> None:
    """Read the arguments, and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=5000)
    parser.add_argument("--orders", type=int, default=2000)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--quick", action="store_true", help="108 products, 48 orders")
    options = parser.parse_args()
    if options.quick:
        options.products, options.orders = 108, 48
    multiply(os.environ["SHOP_PGDB"], options.products, options.orders)
    url, key = os.environ["SHOP_URL"], Path(os.environ["SHOP_KEY_FILE"]).read_text()
    with (
        FaultyProxy(url).serve() as proxy,
        tempfile.TemporaryDirectory() as logs,
    ):
        stage = Stage(os.environ["E2E_DATABASE"], url, key.strip(), proxy, Path(logs))
        stage.proxy.url = url  # nothing between the shop and Odoo
        try:
            stage.create_backend()
            measure(stage, options.workers)
        finally:
            stage.stop_workers()
        overhead(stage)


if __name__ == "__main__":
    main()
