# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What an import costs on top of the ORM that creates the same records.

Both sides take turns with chunks of the shop that are copies of each other, in one
process, each chunk in a transaction that commits. The import is a job, performed:
locking, finding, mapping, writing, noting, and the jobs that follow; requests to the
shop and their JSON are counted apart. The reference is given the values that the
mappers make of such objects, and calls `create()` with all of them at once, then what
Odoo's own addons offer: variants, prices, confirmation, delivery, cancellation,
messages. What both have made is compared in the end.
"""

from __future__ import annotations

import gc
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import Any
from unittest.mock import patch

import psutil
from component_support import Target
from e2e.stage import Stage
from example_shop import OFFSET

import odoo.sql_db
from odoo.fields import Command
from odoo.modules.registry import Registry

from odoo.addons.connector.components.backend_adapter import read_by_id
from odoo.addons.connector.components.synchronizer import chunk_importer
from odoo.addons.queue_job.job import Job

PRODUCT, VARIANT = "vendure.product.template", "vendure.product.product"
ORDER = "vendure.sale.order"
#: context of what a connector writes: its listeners do not export it
QUIET = {"connector_no_export": True, "ecommerce_shipped_by_shop": True}
MOST = 1.2  # times what the reference costs


@dataclass
class Cost:
    """Milliseconds of a record, and its queries."""

    odoo: float
    postgresql: float
    wall: float
    requests: float
    queries: float


class Bench:
    """Imports chunks of the shop, and creates others like them without a connector."""

    def __init__(self, stage: Stage, rounds: int) -> None:
        self.stage, self.rounds = stage, rounds
        self._requests = 0.0

    def run(self) -> list[Target]:
        """Print a table for products and orders, and return what is asked of them."""
        self._time_requests()
        with self.stage.env() as env:
            backend = self.stage.backend(env)
            env["vendure.product.category"].import_since_last(backend)
        self._import_customers()
        print(f"\n{'ms a record':<24}", end="")
        titles = ("Odoo CPU", "PG CPU", "wall", "queries", "shop + JSON")
        print("".join(f"{title:>13}" for title in titles))
        return [
            self._compare(PRODUCT, 2, reference_products, made_of_products),
            self._compare(ORDER, 1, reference_orders, made_of_orders),
        ]

    def _import_customers(self) -> None:
        with self.stage.env() as env, self.work(env, "vendure.res.partner") as work:
            ids = work.component(usage="backend.adapter").search()
            work.component(usage="chunk.importer").run(ids)

    def _compare(
        self,
        model: str,
        copies: int,
        reference: Callable[..., None],
        made: Callable[..., Counter],
    ) -> Target:
        """Take turns, and compare the costs of the rounds and what was made."""
        chunks = self._chunks(model, copies)
        costs: dict[str, list[Cost]] = {"import": [], "reference": []}
        for number in range(self.rounds + 1):
            imported, created = chunks[2 * number], chunks[2 * number + 1]
            one = self._measure(len(imported), partial(self._import, model, imported))
            prepared = self._prepared(model, created)
            two = self._measure(
                len(created), partial(self._reference, reference, prepared)
            )
            if number:  # the first round fills the caches of the process
                costs["import"].append(one)
                costs["reference"].append(two)
            with self.stage.env() as env:
                backend = self.stage.backend(env)
                sides = [made(env, backend, ids) for ids in (imported, created)]
            assert sides[0] == sides[1], (sides[0] - sides[1], sides[1] - sides[0])
        for name, side in costs.items():
            self._print(f"{model.rpartition('.')[0][8:]} {name}", side)
        ratio = median(
            one.odoo / two.odoo
            for one, two in zip(costs["import"], costs["reference"], strict=True)
        )
        return Target(f"{model}: Odoo's CPU, import to reference", ratio, "≤", MOST)

    def _print(self, label: str, costs: Sequence[Cost]) -> None:
        values = (
            median(getattr(cost, name) for cost in costs)
            for name in ("odoo", "postgresql", "wall", "queries", "requests")
        )
        print(f"{label:<24}" + "".join(f"{value:>13.2f}" for value in values))

    # Sides

    def work(self, env: Any, model: str) -> Any:
        """Return the work context of a model, as its jobs have it."""
        return self.stage.backend(env).with_context(**QUIET).work_on(model)

    def _import(self, model: str, ids: list[str]) -> None:
        """Create the job that imports a chunk, and perform it."""
        with self.stage.env() as env:
            backend = self.stage.backend(env)
            uuid = env[model].with_delay().import_chunk(backend, ids).uuid
        with self.stage.env() as env:
            Job.load(env, uuid).perform()

    def _prepared(self, model: str, ids: list[str]) -> list[tuple[Any, dict, bool]]:
        """Return the objects of the shop with the values to create, mapped before."""
        prepared = []
        with self.stage.env() as env, self.work(env, model) as work:
            for record in work.component(usage="backend.adapter").read_many(ids):
                importer = work.component(usage="record.importer")
                importer._start(record["id"], record, None, {})
                values = importer._complete(importer._values(importer.model.browse()))
                shop = getattr(importer, "shop_product", None) or importer.shop_order
                paid = model == ORDER and importer._is_paid()
                prepared.append((shop, values, paid))
        return prepared

    def _reference(self, reference: Callable[..., None], prepared: list) -> None:
        with self.stage.env() as env:
            reference(self.stage.backend(env).with_context(**QUIET), prepared)

    def _chunks(self, model: str, copies: int) -> list[list[str]]:
        """Return the ids of chunks that are copies of each other."""
        with self.stage.env() as env, self.work(env, model) as work:
            placed = {"orderPlacedAt": {"isNull": False}} if model == ORDER else {}
            ids = work.component(usage="backend.adapter").search(placed)
        chunks: dict[int, list[str]] = {}
        for id_ in sorted(ids, key=int):
            chunks.setdefault(int(id_) // OFFSET // copies, []).append(id_)
        needed = 2 * (self.rounds + 1)
        assert len(chunks) >= needed, f"{needed} copies are needed, not {len(chunks)}"
        return list(chunks.values())

    # Measures

    def _measure(self, count: int, function: Callable[[], None]) -> Cost:
        gc.collect()
        self._requests, queries = 0.0, odoo.sql_db.sql_counter
        postgresql, cpu = self._postgresql(), time.process_time()
        wall = time.monotonic()
        function()
        wall, cpu = time.monotonic() - wall, time.process_time() - cpu
        values = (
            cpu - self._requests,
            self._postgresql() - postgresql,
            wall,
            self._requests,
            (odoo.sql_db.sql_counter - queries) / 1000,
        )
        return Cost(*(1000 * value / count for value in values))

    def _postgresql(self) -> float:
        """Return the seconds that the backends of the database have used."""
        with Registry(self.stage.database).cursor() as cr:
            cr.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                " AND backend_type = 'client backend'"
            )
            times = [psutil.Process(pid).cpu_times() for (pid,) in cr.fetchall()]
        return sum(time.user + time.system for time in times)

    def _time_requests(self) -> None:
        """Count the processor's time of requests and their JSON apart."""

        def timed(*args: Any) -> Any:
            start = time.process_time()
            try:
                return read_by_id(*args)
            finally:
                self._requests += time.process_time() - start

        patch.object(chunk_importer, "read_by_id", timed).start()


# The reference: what Odoo's own addons offer


def reference_products(backend: Any, prepared: list[tuple[Any, dict, bool]]) -> None:
    """Create products, their variants and bindings, and their prices."""
    env = backend.env
    products = env[PRODUCT].create([values for _product, values, _paid in prepared])
    variants, values = [], []
    for product, (shop_product, _values, _paid) in zip(products, prepared, strict=True):
        template = product.odoo_id
        options = template.attribute_line_ids.product_template_value_ids
        for variant in shop_product.variants:
            chosen = options.filtered(
                lambda o, v=variant: v.options.get(o.attribute_id.name) == o.name
            )
            if chosen:
                place = {
                    "product_tmpl_id": template.id,
                    "product_template_attribute_value_ids": [Command.set(chosen.ids)],
                }
            else:
                place = {"odoo_id": template.product_variant_ids.id}
            variants.append(variant)
            values.append({**_variant_values(backend, variant), **place})
    bindings = env[VARIANT].create(values)
    env["product.pricelist.item"].create(
        [
            {
                "pricelist_id": backend.pricelist_id.id,
                "applied_on": "0_product_variant",
                "product_tmpl_id": binding.product_tmpl_id.id,
                "product_id": binding.odoo_id.id,
                "compute_price": "fixed",
                "fixed_price": float(variant.price),
                "min_quantity": 0.0,
            }
            for binding, variant in zip(bindings, variants, strict=True)
        ]
    )


def _variant_values(backend: Any, variant: Any) -> dict[str, Any]:
    return {
        "backend_id": backend.id,
        "external_id": variant.external_id,
        "sync_state": "synced",
        "sync_date": backend.env.cr.now().replace(microsecond=0),
        "default_code": variant.sku,
        "shop_published": variant.published,
        "image_url": variant.image_url or False,
    }


def reference_orders(backend: Any, prepared: list[tuple[Any, dict, bool]]) -> None:
    """Create orders with their lines, confirm, deliver and cancel them."""
    orders = backend.env[ORDER].with_company(backend.company_id)
    orders = orders.create([values for _order, values, _paid in prepared])
    for binding, (order, _values, paid) in zip(orders, prepared, strict=True):
        sale = binding.odoo_id
        if order.coupons:
            coupons = ", ".join(order.coupons)
            sale.message_post(body=f"Coupons of the shop: {coupons}")
        if order.cancelled:
            sale.message_post(body="The order was cancelled in the shop.")
            sale.action_cancel()
        elif paid:
            sale.with_context(ecommerce_keep_date_order=True).action_confirm()
        if order.shipments:
            _deliver(sale, order)


def _deliver(sale: Any, order: Any) -> None:
    shipped = order.shipped_quantities()
    for picking in sale.picking_ids:
        picking.carrier_tracking_ref = order.tracking
        for move in picking.move_ids:
            move.quantity = float(shipped[move.sale_line_id.shop_line_ref])
            move.picked = True
        picking._action_done()


# What was made, to be compared


def made_of_products(env: Any, backend: Any, ids: list[str]) -> Counter:
    """Return how often there is a product with such variants and prices."""
    domain = [("backend_id", "=", backend.id), ("external_id", "in", ids)]
    return Counter(
        (
            product.name,
            product.list_price,
            tuple(product.taxes_id.ids),
            tuple(product.category_ids.ids),
            tuple(sorted(product.product_variant_ids.mapped("lst_price"))),
            len(product.product_variant_ids.vendure_bind_ids),
            tuple(sorted(product.odoo_id.pricelist_rule_ids.mapped("fixed_price"))),
        )
        for product in env[PRODUCT].search(domain)
    )


def made_of_orders(env: Any, backend: Any, ids: list[str]) -> Counter:
    """Return how often there is an order with such lines and transfers."""
    domain = [("backend_id", "=", backend.id), ("external_id", "in", ids)]
    return Counter(
        (
            order.partner_id.id,
            order.state,
            order.amount_total,
            order.amount_tax,
            tuple(sorted(order.order_line.mapped("price_total"))),
            tuple(sorted(order.picking_ids.mapped("state"))),
            tuple(sorted(order.picking_ids.move_ids.mapped("quantity"))),
        )
        for order in env[ORDER].search(domain)
    )
