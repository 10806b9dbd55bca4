# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The names that other modules rely on are there, and the styles do use them.

COMPATIBILITY.md beside the modules lists them: a name that vanishes, or that no module
uses any more, fails here.
"""

from __future__ import annotations

import functools
import importlib
import re
from pathlib import Path
from typing import Any

from odoo.tests import TransactionCase, tagged

from odoo.addons.component.utils import get_component_registry

MODULES = Path(__file__).parents[2]
ROW = re.compile(r"\| `(?P<name>[^`]+)` \| (?P<modules>[^|]+) \|")
SOURCES = {".py", ".xml", ".csv"}


def tables() -> dict[str, dict[str, list[str]]]:
    """Return the tables of the page: by title, the modules that use each name."""
    found: dict[str, dict[str, list[str]]] = {}
    for part in (MODULES / "COMPATIBILITY.md").read_text().split("\n## ")[1:]:
        title = part.partition("\n")[0]
        found[title] = {
            row["name"]: [f"compat_{name}" for name in row["modules"].split()]
            for row in ROW.finditer(part)
        }
    return found


@functools.cache
def sources(module: str) -> str:
    """Return all that a module is written in."""
    files = sorted((MODULES / module).rglob("*"))
    return "\n".join(path.read_text() for path in files if path.suffix in SOURCES)


def imported(name: str) -> Any:
    """Return what a dotted name below ``odoo.addons`` is; raise when it is nothing."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(["odoo.addons", *parts[:length]]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            found = getattr(found, part)
        return found
    raise ModuleNotFoundError(name)


@tagged("post_install", "-at_install")
class TestNames(TransactionCase):
    """Each table has names of one kind, which are looked for in their own way."""

    def test_python(self) -> None:
        for name in tables()["Python names"]:
            with self.subTest(name):
                imported(name)

    def test_models(self) -> None:
        for name in tables()["Models"]:
            model, _colon, attribute = name.partition(":")
            with self.subTest(name):
                # of the class: reading a field of no record says nothing
                getattr(self.env.registry[model], attribute)

    def test_components(self) -> None:
        registry = get_component_registry(self.env.cr.dbname)
        for name in tables()["Components"]:
            component, _colon, attribute = name.partition(":")
            with self.subTest(name):
                getattr(registry[component], attribute)

    def test_xml_ids(self) -> None:
        for name in tables()["XML ids"]:
            with self.subTest(name):
                self.assertTrue(self.env.ref(name))

    def test_each_name_is_used(self) -> None:
        for title, names in tables().items():
            for name, modules in names.items():
                word = name if title == "Words" else re.split(r"[.:]", name)[-1]
                for module in modules:
                    with self.subTest(name, module=module):
                        self.assertIn(word, sources(module))

    def test_each_module_has_a_part(self) -> None:
        named = {
            module
            for names in tables().values()
            for modules in names.values()
            for module in modules
        }
        there = {path.name for path in MODULES.glob("compat_*") if path.is_dir()}
        self.assertEqual(named, there)
