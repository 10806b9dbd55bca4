# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The process that runs Odoo for a bench; see component_support.Worker.

It only uses what the contract of the addons says, so that either side can be loaded.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from typing import Any
from unittest.mock import patch

import odoo.init  # noqa: F401  sets up the namespace for what follows
from odoo import SUPERUSER_ID, sql_db
from odoo.api import Environment
from odoo.models import BaseModel
from odoo.modules.registry import Registry
from odoo.tools import config

BATCH = 1000
#: a model whose create and write no addon here overrides but the measured one
ISOLATED_MODEL = "res.partner.category"
environments: dict[str, Environment] = {}
lookups: dict[int, list[tuple[Any, str]]] = {}
partners: dict[str, list[int]] = {}


def main() -> None:
    """Answer the calls read from stdin, one line each, until it is closed."""
    answers = os.fdopen(os.dup(1), "w")
    # whatever Odoo prints must not reach the pipe of the answers
    os.dup2(2, 1)
    path = os.environ["BENCH_ADDONS_PATH"]
    config.parse_config(
        [f"--addons-path={path}", "--no-http", "--log-level=error"], setup_logging=True
    )
    for line in sys.stdin:
        function, arguments = json.loads(line)
        answers.write(json.dumps(globals()[function](**arguments)) + "\n")
        answers.flush()


def environment(database: str) -> Environment:
    """Return the environment of a database, the same at each call."""
    if database not in environments:
        cr = Registry(database).cursor()
        environments[database] = Environment(cr, SUPERUSER_ID, {})
    return environments[database]


# --- databases


def create_database(name: str) -> None:
    """Create a database with base alone."""
    _administrate("CREATE DATABASE {}", name)
    Registry.new(name, update_module=True)
    sql_db.close_db(name)
    Registry.delete(name)


def copy_database(name: str, template: str) -> None:
    """Copy a database nobody is connected to."""
    _administrate("CREATE DATABASE {} TEMPLATE {}", name, template)


def drop_database(name: str) -> None:
    """Drop a database."""
    _administrate("DROP DATABASE IF EXISTS {}", name)


def install(database: str, addon: str) -> None:
    """Install an addon."""
    Registry.new(database, update_module=True, install_modules=[addon])


def close_databases() -> None:
    """Close all connections."""
    for env in environments.values():
        env.cr.close()
    environments.clear()
    Registry.delete_all()
    sql_db.close_all()


def _administrate(statement: str, *names: str) -> None:
    from psycopg2 import sql

    with closing(sql_db.db_connect("postgres").cursor()) as cr:
        cr._cnx.autocommit = True
        cr.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


# --- lookup and build


def prepare_lookups(database: str, count: int) -> None:
    """Build a registry of that many components, ten usages for each model."""
    from odoo.addons.component.core import Component, WorkContext

    env = environment(database)
    models = sorted(env.registry)[: max(1, min(count // 10, len(env.registry)))]
    usages = -(-count // len(models))
    registry = _new_registry()
    works, pairs = {}, []
    for rank in range(count):
        model = models[rank // usages]
        usage = f"usage.{rank % usages}"
        definition = _define(
            Component,
            rank,
            _name=f"bench.{rank}",
            _usage=usage,
            _apply_on=[model],
            _collection="collection.base",
        )
        definition._build_component(registry)
        if model not in works:
            works[model] = WorkContext(
                model_name=model,
                collection=env["collection.base"],
                components_registry=registry,
            )
        pairs.append((works[model], usage))
    lookups[count] = pairs


def lookup_same(count: int, repeat: int) -> float:
    """Return the seconds per lookup, always of the same component."""
    work, usage = lookups[count][count // 2]
    start = time.process_time()
    for _time in range(repeat):
        work.component(usage=usage)
    return (time.process_time() - start) / repeat


def lookup_in_turn(count: int, repeat: int) -> float:
    """Return the seconds per lookup, of each component in turn."""
    pairs = lookups[count]
    rounds = max(1, repeat // count)
    start = time.process_time()
    for _time in range(rounds):
        for work, usage in pairs:
            work.component(usage=usage)
    return (time.process_time() - start) / (rounds * count)


def instantiate_in_turn(count: int, repeat: int) -> float:
    """Return the seconds it takes to make what a lookup returns, without looking up."""
    pairs = [
        (type(work.component(usage=usage)), work) for work, usage in lookups[count]
    ]
    rounds = max(1, repeat // count)
    start = time.process_time()
    for _time in range(rounds):
        for component, work in pairs:
            component(work)
    return (time.process_time() - start) / (rounds * count)


def build_time(count: int) -> float:
    """Return the seconds it takes to build a registry of that many classes."""
    definitions = _definitions(count)
    registry = _new_registry()
    gc.collect()
    gc.disable()
    start = time.process_time()
    for definition in definitions:
        definition._build_component(registry)
    duration = time.process_time() - start
    gc.enable()
    return duration


def build_memory(count: int) -> int:
    """Return the bytes a registry of that many classes takes, lookups included."""
    definitions = _definitions(count)
    gc.collect()
    tracemalloc.start()
    registry = _new_registry()
    for definition in definitions:
        definition._build_component(registry)
    for usage in range(10):
        registry.lookup("bench.backend", f"usage.{usage}", "res.partner")
    gc.collect()
    size, _peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return size


def _definitions(count: int) -> list[Any]:
    """Return class statements as addons have them: parents, children, extensions."""
    from odoo.addons.component.core import AbstractComponent, Component

    definitions = []
    for rank in range(count // 4):
        parent, child = f"parent.{rank}", f"child.{rank}"
        usage = f"usage.{rank % 10}"
        definitions += [
            _define(AbstractComponent, rank, _name=parent, _usage=usage),
            _define(Component, rank, _name=child, _inherit=parent),
            _define(Component, rank, _inherit=child, _apply_on=["res.partner"]),
            _define(Component, rank, _name=f"single.{rank}", _usage=usage),
        ]
    return definitions


def _define(base: type, rank: int, **attributes: Any) -> Any:
    """Return a component class, in a module whose classes are not recorded."""
    attributes["__module__"] = "odoo.addons.bench.tests.components"
    return type(base)(f"Bench{rank}", (base,), attributes)


def _new_registry() -> Any:
    """Return a registry with the components of the addon."""
    from odoo.addons.component.core import ComponentRegistry

    registry = ComponentRegistry()
    registry.load_components("component")
    registry.ready = True
    return registry


def prepare_partners(database: str) -> None:
    """Create the partners that are written to."""
    env = environment(database)
    values = [{"name": f"partner {rank}"} for rank in range(BATCH)]
    partners[database] = env["res.partner"].create(values).ids
    env.cr.commit()


def listen(database: str) -> None:
    """Add one listener of partners to the database."""
    from odoo.addons.component.core import Component
    from odoo.addons.component.utils import get_component_registry

    def ignore(self: Any, record: Any, fields: Any = None) -> None:
        pass

    registry = get_component_registry(database)
    definition = _define(
        Component,
        0,
        _name="bench.listener",
        _inherit="base.event.listener",
        _apply_on=["res.partner", ISOLATED_MODEL],
        on_record_create=ignore,
        on_record_write=ignore,
    )
    definition._build_component(registry)
    # either side remembers who listens
    for cache in vars(registry).values():
        if hasattr(cache, "clear") and not isinstance(cache, set):
            if cache is not getattr(registry, "_components", None):
                cache.clear()


def measure(
    database: str, scenario: str, chunk: int, chunks: int
) -> list[list[list[float]]]:
    """Run a scenario without and with the addon in turn, a chunk of records at a time.

    Without means that its create, write and unlink are taken out of the model classes:
    data, caches and memory are the same on both sides, which two databases never are.
    Returns, for each chunk, the [CPU, wall] seconds without and with. All is rolled
    back.
    """
    run = SCENARIOS[scenario]
    env = environment(database)
    overrides = _overrides(env)
    result = []
    gc.collect()
    gc.disable()
    for rank in range(chunks):
        times: list[list[float]] = [[], []]
        # who goes first changes, for what the first leaves in the processor
        for side in (0, 1) if rank % 2 else (1, 0):
            records = env["res.partner"].browse(partners[database])
            part = records[:chunk]
            (part | records[-1:]).mapped("ref")
            for cls, name, function in overrides:
                if side:
                    setattr(cls, name, function)
                elif name in vars(cls):
                    delattr(cls, name)
            # refills the caches of attributes that the change of classes emptied
            run(env, records[-1:], "warm")
            env.flush_all()
            wall, cpu = time.perf_counter(), time.process_time()
            run(env, part, "measured")
            env.flush_all()
            times[side] = [time.process_time() - cpu, time.perf_counter() - wall]
            # the next run finds the same rows: those changed twice get slower
            env.cr.rollback()
            env.transaction.reset()
        result.append(times)
    gc.enable()
    for cls, name, function in overrides:
        setattr(cls, name, function)
    return result


def override_cost(database: str, method: str, chunk: int, loops: int) -> float:
    """Return the microseconds per record that the addon's override alone adds.

    What is below it in the class order is replaced by nothing, on a model that nobody
    else overrides: the difference of two runs is then the override, not the noise of
    the database.
    """
    env = environment(database)
    model = env[ISOLATED_MODEL]
    records = model.browse(range(1, chunk + 1))
    values = [{"name": "x"} for _record in records]
    call = (
        (lambda: model.create(values))
        if method == "create"
        else (lambda: records.write({"name": "x"}))
    )
    stub: Callable[..., Any] = (
        (lambda self, vals_list: self.browse(range(1, len(vals_list) + 1)))
        if method == "create"
        else (lambda self, vals: True)
    )
    best = [float("inf"), float("inf")]
    gc.collect()
    gc.disable()
    with patch.object(BaseModel, method, stub):
        for rank in range(12):
            for side in (0, 1) if rank % 2 else (1, 0):
                with _without_overrides(env) if not side else nullcontext():
                    call()
                    start = time.process_time()
                    for _loop in range(loops):
                        call()
                    spent = time.process_time() - start
                best[side] = min(best[side], spent)
    gc.enable()
    return (best[1] - best[0]) / loops / chunk * 1e6


@contextmanager
def _without_overrides(env: Environment) -> Iterator[None]:
    """Take the addon's overrides out of the model classes."""
    overrides = _overrides(env)
    for cls, name, _function in overrides:
        delattr(cls, name)
    try:
        yield
    finally:
        for cls, name, function in overrides:
            setattr(cls, name, function)


def _overrides(env: Environment) -> list[tuple[type, str, Any]]:
    """Return the methods that the addon overrides on all models."""
    return [
        (cls, name, vars(cls)[name])
        for cls in env.registry["res.partner"].__mro__
        if cls.__module__.startswith("odoo.addons.component_event.")
        for name in ("create", "write", "unlink")
        if name in vars(cls)
    ]


def _write_one_by_one(env: Environment, records: Any, value: str) -> None:
    for record in records:
        record.write({"ref": value})


def _write_batch(env: Environment, records: Any, value: str) -> None:
    records.write({"ref": value})


def _create_one_by_one(env: Environment, records: Any, value: str) -> None:
    for _record in records:
        env["res.partner"].create({"name": value})


def _create_batch(env: Environment, records: Any, value: str) -> None:
    env["res.partner"].create([{"name": value} for _record in records])


SCENARIOS: dict[str, Callable[[Environment, Any, str], None]] = {
    "write one by one": _write_one_by_one,
    "write batch": _write_batch,
    "create one by one": _create_one_by_one,
    "create batch": _create_batch,
}


if __name__ == "__main__":
    main()
