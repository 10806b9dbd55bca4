"""The suites of setup/test: one line each. A new suite is a line more."""

from __future__ import annotations

import functools
import shlex
from collections.abc import Callable
from dataclasses import dataclass

import addon_tests
import checks
import demo_command
import pytest_suite
from databases import CHAOS, Databases
from outcome import Outcome
from workspace import base_env


@dataclass(frozen=True)
class Suite:
    """A name for `setup/test NAME`, and what runs it."""

    name: str
    run: Callable[[Databases], Outcome]


def all_suites() -> list[Suite]:
    """Return every suite, the longest first: two run at a time."""
    return [
        Suite("demo", demo_command.check),
        *(
            Suite(addon, functools.partial(addon_tests.run, addon=addon))
            for addon in reversed(addon_tests.addons_with_tests())
        ),
        Suite("chaos", chaos),
        Suite("setup", setup_tests),
        Suite("pylint-odoo", lambda _databases: checks.pylint_odoo()),
        Suite("ruff-check", lambda _databases: checks.ruff_check()),
        Suite("ruff-format", lambda _databases: checks.ruff_format()),
        Suite("imports-pure", lambda _databases: checks.pure_imports()),
        Suite("imports-layers", lambda _databases: checks.layers()),
    ]


def setup_tests(databases: Databases) -> Outcome:
    """Test the setup itself, with the real scripts."""
    env = {**base_env(), **databases.odoo.pg}
    return pytest_suite.run("setup", env, "-W", "error", "tests/setup")


def chaos(databases: Databases) -> Outcome:
    """Test the job engine against faults, with real worker processes."""
    odoo = databases.odoo
    env = {
        **odoo.env(),
        "ODOO_RC": str(odoo.write_conf("chaos")),
        "CHAOS_ODOO": shlex.join(odoo.argv_start()),
        "CHAOS_TEMPLATE": databases.template(CHAOS),
    }
    return pytest_suite.run("chaos", env, "tests/chaos")
