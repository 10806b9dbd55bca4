"""The suites of setup/test: one line each. A new suite is a line more."""

from __future__ import annotations

import functools
import os
import shlex
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import addon_tests
import checks
import demo_command
import odoo_log
import pytest_suite
import translations
from databases import BASE, CHAOS, GUIDES, SHOP, SUITE, Databases
from odoo_run import addons_path, checkout_addons, program
from outcome import Outcome
from processes import Child
from shop import Shop
from workspace import CLONE_ID, LOG, PYTHON, ROOT, base_env


@dataclass(frozen=True)
class Suite:
    """A name for `setup/test NAME`, and what runs it."""

    name: str
    run: Callable[[Databases], Outcome]
    #: Whether it copies a template.
    has_database: bool = True
    #: Whether it is run when none is named.
    is_default: bool = True


def all_suites() -> list[Suite]:
    """Return every suite: what needs no database first, while templates are made."""
    return [
        Suite("ruff-check", lambda _databases: checks.ruff_check(), False),
        Suite("ruff-format", lambda _databases: checks.ruff_format(), False),
        Suite("imports-pure", lambda _databases: checks.pure_imports(), False),
        Suite("imports-layers", lambda _databases: checks.layers(), False),
        Suite("types", lambda _databases: checks.types(), False),
        Suite("bandit", lambda _databases: checks.security(), False),
        Suite("dead-code", lambda _databases: checks.dead_code(), False),
        Suite("bounds", lambda _databases: checks.bounds(), False),
        Suite("architecture", lambda _databases: checks.architecture(), False),
        Suite("reference", lambda _databases: checks.reference(), False),
        Suite("readmes", lambda _databases: checks.readmes(), False),
        Suite("pylint-odoo", lambda _databases: checks.pylint_odoo(), False),
        Suite("pylint-tests", lambda _databases: checks.pylint_tests(), False),
        Suite("setup", setup_tests, False),
        Suite("demo", demo_command.check),
        Suite("translations", translations.check),
        Suite("chaos", chaos),
        Suite("storm", storm),
        Suite("chaos-long", chaos_long, is_default=False),
        Suite("migration", migration),
        Suite("guides", guides),
        Suite("wheels", wheels),
        Suite("e2e", e2e),
        Suite("real-shop", real_shop),
        *(
            Suite(addon, functools.partial(addon_tests.run, addon=addon))
            for addon in reversed(addon_tests.addons_with_tests())
        ),
    ]


def setup_tests(databases: Databases) -> Outcome:
    """Test the setup itself, with the real scripts."""
    env = {**base_env(), **databases.odoo.pg}
    return pytest_suite.run("setup", env, "-W", "error", "tests/setup")


def chaos(databases: Databases) -> Outcome:
    """Test the job engine against faults, with real worker processes.

    In two halves at a time: most of it is waiting for what was broken to recover.
    """
    files = sorted(map(str, (ROOT / "tests/chaos").glob("test_*.py")))
    env = chaos_env(databases)
    with ThreadPoolExecutor(2) as pool:
        halves = pool.map(
            lambda number: _faults(f"chaos-{number + 1}", env, *files[number::2]),
            (0, 1),
        )
        return Outcome.of_parts(halves)


def storm(databases: Databases) -> Outcome:
    """Run a short storm of jobs under faults; a long one is one of the benchmarks."""
    log = LOG / "test" / "storm.log"
    argv = [str(PYTHON), "tests/load/storm.py", "--quick", "--check"]
    with Child("test-storm", argv, chaos_env(databases), log, ROOT) as child:
        status = child.process.wait(pytest_suite.SECONDS)
    lines = log.read_text(errors="replace").splitlines()
    if status == 77:  # no network namespaces here
        return Outcome(skipped=1, notes=[f"skipped: {lines[-1]}"], log=log)
    tail = "\n      ".join(lines[-40:])
    return Outcome.of_check(not status, tail, log)


def chaos_long(databases: Databases) -> Outcome:
    """Run many jobs under random faults for an hour (see the file for its size)."""
    seconds = 2 * float(os.environ.get("CHAOS_SECONDS", 3600)) + 1200
    env = chaos_env(databases)
    return _faults("chaos-long", env, "tests/chaos/long_run.py", seconds=seconds)


def chaos_env(databases: Databases) -> dict[str, str]:
    """Return what tests/chaos and tests/load/storm.py are told."""
    odoo = databases.odoo
    return {
        **odoo.env(),
        # With cron threads: one way to run jobs is by cron.
        "ODOO_RC": str(odoo.write_conf("chaos", max_cron_threads=1)),
        "CHAOS_ODOO": shlex.join(odoo.argv_start()),
        "CHAOS_TEMPLATE": databases.template(CHAOS),
    }


def _faults(
    name: str, env: dict[str, str], *paths: str, seconds: float = pytest_suite.SECONDS
) -> Outcome:
    """Run tests of faults, and show the table they end with."""
    folder = LOG / "test" / name
    outcome = pytest_suite.run(name, env, *paths, f"--faults={folder}", seconds=seconds)
    if (table := folder / "faults.txt").exists():
        outcome.notes += table.read_text().splitlines()
    return outcome


def migration(databases: Databases) -> Outcome:
    """Test that databases of the OCA job queue become ours, from real ones."""
    odoo = databases.odoo
    env = {
        **odoo.env(),
        "ODOO_RC": str(odoo.write_conf("migration")),
        "MIGRATION_ODOO": shlex.join([str(PYTHON), str(program())]),
        "MIGRATION_ADDONS": addons_path(),
        "MIGRATION_TEMPLATE": databases.template(BASE),
    }
    return pytest_suite.run("migration", env, "tests/migration")


def guides(databases: Databases) -> Outcome:
    """Test the code of all guides, and what `odoo scaffold_connector` writes."""
    odoo = databases.odoo
    env = {
        **odoo.env(),
        "GUIDES_ODOO": shlex.join([str(PYTHON), str(program())]),
        "GUIDES_ADDONS": addons_path(),
        "GUIDES_CONFIG": str(odoo.write_conf("guides")),
        "GUIDES_TEMPLATE": databases.template(GUIDES),
        "GUIDES_SUITE": databases.template(SUITE),
    }
    return pytest_suite.run("guides", env, "tests/guides")


def wheels(databases: Databases) -> Outcome:
    """Test the wheels of the addons, in an Odoo whose addons path leads to none."""
    odoo = databases.odoo
    theirs = ",".join(map(str, checkout_addons()))
    env = {
        **odoo.env(),
        "WHEELS_ODOO": str(program()),
        "WHEELS_CONFIG": str(odoo.write_conf("wheels", addons_path=theirs)),
        "WHEELS_TEMPLATE": databases.template(SHOP),
    }
    return pytest_suite.run("wheels", env, "tests/wheels")


def e2e(databases: Databases) -> Outcome:
    """Test the connector with a real shop, a bad network and killed workers."""
    odoo = databases.odoo
    conf = odoo.write_conf("e2e")
    shop = Shop(databases, "e2e_shop")
    database = f"e2e_{CLONE_ID}"
    databases.create(database, SUITE)
    config = ["-c", str(conf), "-d", database]
    worker = odoo.argv("queue_job", conf)
    worker[-2:-2] = ["run", "--workers", "1"]
    env = {
        **odoo.env(),
        "SHOP_URL": shop.url,
        "SHOP_KEY_FILE": str(shop.key_file),
        "E2E_CONFIG": shlex.join([*config, "--logfile", str(LOG / "e2e-odoo.log")]),
        "E2E_WORKER": shlex.join(worker),
        "E2E_DATABASE": database,
    }
    try:
        with shop.start():
            return pytest_suite.run("e2e", env, "tests/e2e", seconds=2400)
    finally:
        databases.drop(database)


def real_shop(databases: Databases) -> Outcome:
    """Run the tests of connector_example that ask a real shop, tour included."""
    odoo = databases.odoo
    shop = Shop(databases, "tests_shop")
    database = f"real_shop_{CLONE_ID}"
    databases.create(database, SUITE)
    env = {
        **odoo.env(),
        "SHOP_URL": shop.url,
        "SHOP_KEY_FILE": str(shop.key_file),
    }
    log = LOG / "test" / "real-shop.log"
    argv = odoo.argv("server", odoo.write_conf("real-shop"), "-d", database)
    argv += ["-u", "connector_example", "--test-tags", "-standard,vendure_shop"]
    try:
        with shop.start():
            with Child(
                "real-shop", [*argv, "--stop-after-init"], env, log, ROOT
            ) as child:
                status = child.process.wait(pytest_suite.SECONDS)
    finally:
        databases.drop(database)
    found = odoo_log.parse(log.read_text(errors="replace"))
    return addon_tests.judge(found, status, log)
