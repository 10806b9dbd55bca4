# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Addons made of the blocks of pages: what a reader would type into files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from .pages import Block, PageError

#: What an addon of a page is installed on, unless it has a manifest of its own.
DEPENDS = ["connector_ecommerce"]
_DATA = {".xml", ".csv"}


def write_addon(folder: Path, blocks: Iterable[Block]) -> bool:
    """Write the files that blocks name; return whether there are any.

    Manifest and imports are added where the page leaves them out.

    :raises PageError: when a block cannot be a file
    """
    names = list(dict.fromkeys(_write(folder, block) for block in blocks if block.file))
    if not names:
        return False
    if not (folder / "__manifest__.py").exists():
        data = [name for name in names if Path(name).suffix in _DATA]
        manifest = {
            "name": folder.name,
            "author": "You",
            "license": "LGPL-3",
            "depends": DEPENDS,
            "data": sorted(data, key=lambda name: not name.startswith("security")),
        }
        (folder / "__manifest__.py").write_text(f"{manifest}\n", encoding="utf-8")
    for package in {folder / Path(name).parent for name in names} | {folder}:
        _import_all(package)
    return True


def _write(folder: Path, block: Block) -> str:
    path = folder / block.file
    if not path.resolve().is_relative_to(folder.resolve()):
        raise PageError(f"{block.place}: {block.file} is outside of the addon")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        # Its lines have the numbers they have on the page.
        gap = block.line - 1 - path.read_text(encoding="utf-8").count("\n")
        file.write("\n" * gap * (path.suffix == ".py") + block.code)
    return block.file


def _import_all(package: Path) -> None:
    """Write the ``__init__`` of a package of modules, unless there is one."""
    init = package / "__init__.py"
    if init.exists():
        return
    names = {path.stem for path in package.glob("*.py")}
    names |= {path.name for path in package.iterdir() if any(path.glob("*.py"))}
    names -= {"__manifest__", *({"tests"} if package.name != "tests" else ())}
    imports = "".join(f"from . import {name}\n" for name in sorted(names))
    init.write_text(imports, encoding="utf-8")
