# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Program of test_lifecycle: real databases, real installations, in one process.

Prints what it observed as JSON; the test judges it.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import threading
import weakref
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import odoo.init  # noqa: F401  sets up the namespace for what follows
from odoo import SUPERUSER_ID, sql_db
from odoo.api import Environment
from odoo.modules.registry import Registry
from odoo.tools import config

CYCLES = 50
THREADS = 6


def main() -> None:
    """Run all scenarios on two databases of its own, dropped at the end."""
    options = ["--no-http", "--log-level=warn"]
    if os.environ["ODOO_ADDONS_PATH"]:
        options.append(f"--addons-path={os.environ['ODOO_ADDONS_PATH']}")
    config.parse_config(options, setup_logging=True)
    first, second = (f"{sys.argv[1]}_{os.getpid()}_{rank}" for rank in (1, 2))
    _administrate("CREATE DATABASE {}", first)
    try:
        Registry.new(first, update_module=True, install_modules=["test_component"])
        _stop_crons(first)
        _close(first)
        _administrate("CREATE DATABASE {} TEMPLATE {}", second, first)
        observed = {
            "modules": observe_modules(first, second),
            "threads": observe_threads(first, second),
            "cycles": observe_cycles(first),
        }
    finally:
        for name in (first, second):
            _close(name)
            _administrate("DROP DATABASE IF EXISTS {}", name)
    sys.stdout.write(json.dumps(observed))


def observe_modules(first: str, second: str) -> dict[str, Any]:
    """Install, upgrade and uninstall an addon while environments are in use."""
    observed: dict[str, Any] = {}
    with environment(first) as env:
        observed["before"] = trace(env)
        on_module(first, "button_immediate_install")
        # a request that was running keeps the components of its models
        observed["running"] = trace(env)
    observed["other database"] = in_new_environment(second)
    observed["installed"] = in_new_environment(first)
    on_module(first, "button_immediate_upgrade")
    observed["upgraded"] = in_new_environment(first)
    on_module(first, "button_immediate_uninstall")
    observed["uninstalled"] = in_new_environment(first)
    return observed


def observe_threads(first: str, second: str) -> dict[str, Any]:
    """Look up in many threads while one database is loaded again and again."""
    on_module(second, "button_immediate_install")
    expected = {name: in_new_environment(name) for name in (first, second)}
    stop = threading.Event()
    wrong: list[str] = []
    counts = [0] * THREADS

    def look_up(rank: int) -> None:
        name = (first, second)[rank % 2]
        try:
            while not stop.is_set():
                found = in_new_environment(name)
                if found != expected[name]:
                    wrong.append(f"{name}: {found}")
                counts[rank] += 1
        except Exception as error:  # noqa: BLE001  reported by the test
            wrong.append(repr(error))

    threads = [threading.Thread(target=look_up, args=(r,)) for r in range(THREADS)]
    for thread in threads:
        thread.start()
    for _time in range(5):
        Registry.new(first)
    stop.set()
    for thread in threads:
        thread.join()
    return {"wrong": wrong[:5], "all threads worked": all(counts)}


def observe_cycles(name: str) -> dict[str, Any]:
    """Load and unload a database; count what is left of its components."""
    from odoo.addons.component.core import _component_databases
    from odoo.addons.component.utils import get_component_registry

    registries = []
    counts = []
    for cycle in range(CYCLES):
        Registry.new(name)
        registries.append(weakref.ref(get_component_registry(name)))
        Registry.delete(name)
        if cycle in (4, CYCLES - 1):
            gc.collect()
            counts.append(count_final_classes())
    return {
        "registries alive": sum(ref() is not None for ref in registries),
        "database known": name in _component_databases,
        "classes after 5 cycles": counts[0],
        "classes after all cycles": counts[1],
    }


def count_final_classes() -> int:
    """Return how many final component classes are alive in the process."""
    from odoo.addons.component.core import MetaComponent
    from odoo.addons.component.inspection import is_final

    return sum(
        isinstance(found, MetaComponent) and is_final(found)
        for found in gc.get_objects()
    )


@contextmanager
def environment(name: str) -> Iterator[Environment]:
    """Open an environment that is rolled back."""
    with closing(Registry(name).cursor()) as cr:
        yield Environment(cr, SUPERUSER_ID, {})


def on_module(name: str, method: str) -> None:
    """Call a button of the extension addon, as the Apps screen does."""
    with Registry(name).cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {})
        module = env["ir.module.module"].search(
            [("name", "=", "test_component_extension")]
        )
        getattr(module, method)()


def trace(env: Environment) -> dict[str, Any]:
    """Return what the components of an environment do."""
    from odoo.addons.component.core import WorkContext

    work = WorkContext("res.users", env["test.component.backend"])
    importer = work.component(usage="importer")
    return {
        "trace": importer.trace(),
        "extended": getattr(importer, "extended", False),
        "group importer": bool(work.many_components("importer", "res.groups")),
    }


def in_new_environment(name: str) -> dict[str, Any]:
    """Return the same for a new environment."""
    with environment(name) as env:
        return trace(env)


def _administrate(statement: str, *names: str) -> None:
    """Run a statement on databases, outside of any transaction."""
    from psycopg2 import sql

    with closing(sql_db.db_connect("postgres").cursor()) as cr:
        cr._cnx.autocommit = True
        query = sql.SQL(statement).format(*map(sql.Identifier, names))
        # the names are quoted by the line above
        cr.execute(query)  # pylint: disable=sql-injection


def _stop_crons(name: str) -> None:
    """Keep other servers of the cluster from running crons here.

    Odoo refuses to install an addon while a cron runs.
    """
    with closing(sql_db.db_connect(name).cursor()) as cr:
        cr.execute("UPDATE ir_cron SET active = false")
        cr.commit()  # pylint: disable=invalid-commit


def _close(name: str) -> None:
    """Forget a database and close its connections."""
    Registry.delete(name)
    sql_db.close_db(name)


if __name__ == "__main__":
    main()
