"""The suite as tools import it: a tree of links, `odoo.addons.*`."""

from __future__ import annotations

import shutil
from pathlib import Path

from workspace import ADDONS, ROOT


def link_addons(tree: Path) -> Path:
    """Make the tree anew below this folder, and return the folder.

    Odoo loads a command from cli/ by its path, so that folder is no package. Here it is
    one, for what it imports to be seen.
    """
    shutil.rmtree(tree, ignore_errors=True)
    for addon in ADDONS:
        for source in sorted((ROOT / addon).rglob("*.py")):
            path = source.relative_to(ROOT)
            if "migrations" in path.parts:
                continue
            link = tree / "odoo" / "addons" / path
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(source)
        commands = tree / "odoo" / "addons" / addon / "cli"
        if commands.is_dir():
            (commands / "__init__.py").touch()
    return tree
