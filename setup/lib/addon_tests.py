"""Installs one addon into a fresh database and runs its tests, tours included."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path
from typing import Any

import odoo_log
from databases import BASE, SHOP, Databases
from outcome import Outcome
from processes import Child
from workspace import ADDONS, CLONE_ID, LOG, ROOT, TEST_ADDONS, addon_folder

SECONDS = 1200
SHOWN = 12


def run(databases: Databases, addon: str) -> Outcome:
    """Install the addon alone, with what it depends on, and run its tests.

    With those of test-only addons it depends on: they share its database.
    """
    log = LOG / "test" / f"{addon}.log"
    if not (addon_folder(addon) / "__manifest__.py").exists():
        return Outcome(failed=1, problems=[f"there is no addon {addon}"], log=log)
    name = f"test_{addon}_{CLONE_ID}"
    template = SHOP if depends(addon) & set(SHOP.modules) else BASE
    databases.create(name, template)
    odoo = databases.odoo
    conf = odoo.write_conf(f"test-{addon}")
    argv = odoo.argv("server", conf, "-d", name, "-i", addon, "--stop-after-init")
    tested = [addon, *grouped(addon)]
    argv += ["--test-tags", ",".join(f"/{name}" for name in tested)]
    try:
        with Child(f"test-{addon}", argv, odoo.env(), log, ROOT) as child:
            status = child.process.wait(SECONDS)
    finally:
        databases.drop(name)
    return judge(odoo_log.parse(log.read_text(errors="replace")), status, log)


def judge(found: odoo_log.TestLog, status: int, log: Path) -> Outcome:
    """Return the outcome: also an error in the log and a skipped tour are failures."""
    outcome = Outcome(found.passed, found.failed, len(found.skipped), log=log)
    outcome.problems += [f"failed: {test}" for test in found.failed_tests[:SHOWN]]
    if not found.finished:
        outcome.problem("Odoo ended before its tests did")
    for tour in found.skipped_tours:
        outcome.problem(f"the browser did not run: {tour}")
    if found.error_lines:
        outcome.problem(f"{len(found.error_lines)} lines of the log are errors:")
        outcome.problems += [f"  {line}" for line in found.error_lines[:SHOWN]]
    if status and not outcome.problems:
        outcome.problem(f"Odoo ended with status {status}")
    outcome.notes += [f"skipped: {test}" for test in found.skipped]
    outcome.notes += [f"warning: {line}" for line in found.warning_lines[:SHOWN]]
    outcome.require_a_test()
    return outcome


def depends(addon: str) -> set[str]:
    """Return all that one of our addons depends on, as far as our manifests tell."""
    return {addon}.union(*(depends(name) for name in direct_depends(addon)))


def direct_depends(addon: str) -> list[str]:
    """Return what the manifest of one of our addons names; nothing of others."""
    manifest = addon_folder(addon) / "__manifest__.py"
    if not manifest.exists():
        return []
    values: dict[str, Any] = ast.literal_eval(manifest.read_text(encoding="utf-8"))
    return values.get("depends", [])


def test_only_addons() -> list[str]:
    """Return the addons that exist only for tests."""
    return sorted(path.parent.name for path in TEST_ADDONS.glob("*/__manifest__.py"))


def holds_tests(addon: str) -> bool:
    """Tell whether it is a test-only addon with tests of its own."""
    return (TEST_ADDONS / addon / "tests").exists()


def grouped(addon: str) -> list[str]:
    """Return the test-only addons whose tests are run with those of this one."""
    if not holds_tests(addon):
        return []
    return [name for name in direct_depends(addon) if holds_tests(name)]


def addons_with_tests() -> list[str]:
    """Return the addons that are suites: ours, and test-only ones that hold tests."""
    holding = [addon for addon in test_only_addons() if holds_tests(addon)]
    others = {name for addon in holding for name in grouped(addon)}
    return [*ADDONS, *(addon for addon in holding if addon not in others)]


def has_browser() -> bool:
    """Tell whether Odoo will find a browser for its tours."""
    names = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
    return any(map(shutil.which, names))
