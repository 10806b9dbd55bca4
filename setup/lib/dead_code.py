"""Tells vulture which names are used where it does not look.

Views, data, scripts and pages name methods; models and components are found by their
`_name`; fields and methods are named in strings. What third-party addons use is in the
addons that stand for them, in tests/addons/compat_*. Other tests do not count: what
nothing but a test uses is dead.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from keyword import iskeyword
from pathlib import Path

from workspace import ADDONS, ROOT, SETUP, TEST_ADDONS

_TEXTS = ("*.xml", "*.csv", "*.js", "*.sql", "*.jinja", "*.md", "*.sh")
_WORD = re.compile(r"[A-Za-z_]\w+")


def product_code() -> list[Path]:
    """Return the Python files in which nothing may be dead."""
    files = [path for addon in ADDONS for path in (ROOT / addon).rglob("*.py")]
    files += (SETUP / "lib").glob("*.py")
    other = {"tests", "migrations", "__manifest__.py"}
    return sorted(path for path in files if not other & set(path.parts))


def write_used_names(target: Path) -> Path:
    """Write a Python file that uses the names; return it."""
    texts = [path for path in _texts() if path.is_file()]
    names = {name for path in texts for name in _WORD.findall(path.read_text("utf-8"))}
    for path in product_code():
        names.update(_found_by_name(ast.parse(path.read_text("utf-8"))))
    target.parent.mkdir(parents=True, exist_ok=True)
    uses = (f"_.{name}\n" for name in sorted(names) if not iskeyword(name))
    target.write_text("".join(uses), "utf-8")
    return target


def _texts() -> Iterable[Path]:
    """Yield what is no product code in Python, and may name what is."""
    folders = [*(ROOT / addon for addon in ADDONS), SETUP, ROOT / "docs"]
    for folder in folders:
        for pattern in _TEXTS:
            for path in folder.rglob(pattern):
                # The reference names everything.
                if not {"tests", "reference", "node_modules"} & set(path.parts):
                    yield path
    yield from (SETUP / name for name in ("demo", "dev", "install", "test"))
    yield from TEST_ADDONS.glob("compat_*/**/*.py")
    yield from TEST_ADDONS.glob("*/tests/test_contract.py")


def _found_by_name(tree: ast.Module) -> Iterator[str]:
    """Yield names in strings, and classes that Odoo or the components find."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if node.value.isidentifier():
                yield node.value
        elif isinstance(node, ast.ClassDef):
            fields = [node for node in node.body if isinstance(node, ast.Assign)]
            named = {ast.unparse(target) for each in fields for target in each.targets}
            if named & {"_name", "_inherit"}:
                yield node.name
