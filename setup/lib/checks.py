"""Checks of the code itself: how it is written, typed and built."""

from __future__ import annotations

import os
import subprocess

from addon_tests import test_only_addons
from dead_code import product_code, write_used_names
from import_tree import link_addons
from outcome import Outcome
from workspace import ADDONS, LOCAL, LOG, PYTHON, ROOT, SETUP, base_env

LAYERS = SETUP / "lint" / "layers.toml"
#: Folders of modules that find each other by their bare names.
SCRIPTS = tuple(ROOT / name for name in ("setup/lib", "tests/bench", "tests/load"))
PYLINT = ("pylint", "--rcfile=pyproject.toml")


def ruff_check() -> Outcome:
    """Check every Python file against the rules in pyproject.toml."""
    return _check("ruff-check", ["ruff", "check", "--no-fix", "."])


def ruff_format() -> Outcome:
    """Check that every Python file is formatted."""
    return _check("ruff-format", ["ruff", "format", "--check", "."])


def pylint_odoo() -> Outcome:
    """Check the addons against the pylint-odoo messages in pyproject.toml."""
    return _check("pylint-odoo", [*PYLINT, "--ignore=tests", *ADDONS])


def pylint_tests() -> Outcome:
    """Check the tests, less what they may: commit, build SQL, subclass in a test."""
    paths = [f"{addon}/tests" for addon in ADDONS if (ROOT / addon / "tests").exists()]
    paths += [f"tests/addons/{addon}" for addon in test_only_addons()]
    allowed = "invalid-commit,sql-injection,missing-return,translation-required"
    return _check("pylint-tests", [*PYLINT, f"--disable={allowed}", *paths])


def pure_imports() -> Outcome:
    """Check what must not know Odoo: the contracts in pyproject.toml."""
    return _check("imports-pure", ["lint-imports", "--no-cache"], {"PYTHONPATH": "."})


def layers() -> Outcome:
    """Check what imports what, of addons and inside them; nothing in a circle."""
    tree = link_addons(LOCAL / "layers")
    return _check(
        "imports-layers",
        ["lint-imports", "--no-cache", "--config", str(LAYERS)],
        {"PYTHONPATH": str(tree)},
    )


def architecture() -> Outcome:
    """Check that the picture of the architecture shows what the code imports."""
    script = str(SETUP / "lib" / "architecture.py")
    return _check("architecture", ["python", script, "--check"])


def reference() -> Outcome:
    """Check that the reference says what the docstrings say."""
    script = str(SETUP / "lib" / "reference.py")
    return _check("reference", ["python", script, "--check"])


def readmes() -> Outcome:
    """Check that each addon's README says what its folder readme/ says."""
    script = str(SETUP / "lib" / "addon_readmes.py")
    return _check("readmes", ["python", script, "--check"])


def types() -> Outcome:
    """Check the types of the addons, by the names they have in Odoo, and of scripts."""
    folders = [str(link_addons(LOCAL / "types")), *map(str, SCRIPTS)]
    return _check("types", ["mypy", *folders], {"MYPYPATH": os.pathsep.join(folders)})


def security() -> Outcome:
    """Check the addons for known kinds of holes."""
    return _check("bandit", ["bandit", "-q", "-c", "pyproject.toml", "-r", *ADDONS])


def dead_code() -> Outcome:
    """Check that somebody uses what the addons and setup define."""
    used = write_used_names(LOCAL / "cache" / "vulture" / "used_names.py")
    return _check("dead-code", ["vulture", *map(str, product_code()), str(used)])


def bounds() -> Outcome:
    """Check that no file and no function is too long to be read at once."""
    return _check("bounds", ["python", str(SETUP / "lib" / "bounds.py")])


def _check(name: str, command: list[str], env: dict[str, str] | None = None) -> Outcome:
    """Run a tool of the virtual environment; it is quiet and 0 when all is well."""
    log = LOG / "test" / f"{name}.log"
    program = PYTHON.parent / command[0]
    full_env = {**base_env(), **(env or {})}
    full_env["PATH"] = f"{PYTHON.parent}{os.pathsep}{full_env['PATH']}"
    done = subprocess.run(
        [str(program), *command[1:]],
        cwd=ROOT,
        env=full_env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    log.write_text(done.stdout)
    return Outcome.of_check(not done.returncode, _tail(done.stdout), log)


def _tail(text: str) -> str:
    """Return the last lines of an output, indented to stand below a suite's line."""
    return "\n      ".join(line for line in text.splitlines()[-12:] if line.strip())
