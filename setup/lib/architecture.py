"""The picture of what imports what in the suite, drawn from the code itself.

`setup/dev architecture` writes it; with --check it only says whether it is up to date.
"""

from __future__ import annotations

import ast
import math
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

import grimp
from addon_tests import depends
from drawing import Arrow, House, Room, draw
from import_tree import link_addons
from workspace import ADDONS, ROOT, SETUP

PICTURE = ROOT / "docs" / "architecture.svg"
LAYERS = SETUP / "lint" / "layers.toml"
#: How many rooms stand side by side at the most.
WIDEST = 4
#: Where the addons stand, from the top: bands of columns of addons.
GROUND_PLAN = (
    (("connector_example",),),
    (("connector_ecommerce",),),
    (("connector",),),
    (("component_event", "component"), ("queue_job",)),
)


def main(arguments: list[str]) -> int:
    """Write the picture, or compare it with what it would be; return the status."""
    drawn = picture()
    if arguments != ["--check"]:
        PICTURE.write_text(drawn, encoding="utf-8")
        print(PICTURE)
        return 0
    if PICTURE.exists() and PICTURE.read_text(encoding="utf-8") == drawn:
        return 0
    print(f"{PICTURE} does not show what the code imports now")
    print("  -> run setup/dev architecture, look at the picture and commit it")
    return 1


def picture() -> str:
    """Return the picture as the code is now."""
    return draw(read_houses(), read_dependencies(), GROUND_PLAN)


def read_houses() -> list[House]:
    """Return each addon: its modules in their layers, and what they import."""
    graph = _import_graph()
    settings = tomllib.loads(LAYERS.read_text(encoding="utf-8"))
    contracts = {
        contract["id"]: contract
        for contract in settings["tool"]["importlinter"]["contracts"]
    }
    for allowed in contracts["cycles"]["ignore_imports"]:
        importer, imported = allowed.split(" -> ")
        graph.remove_import(importer=importer, imported=imported)
    return [
        House(
            addon,
            _summary(addon),
            list(_floors(addon, contracts[addon]["layers"])),
            _without_detours(_imports(graph, addon)),
        )
        for addon in ADDONS
    ]


def read_dependencies() -> list[Arrow]:
    """Return what the manifests say that the addons depend on."""
    pairs = {
        (addon, other)
        for addon in ADDONS
        for other in depends(addon)
        if other in ADDONS and other != addon
    }
    return _without_detours(pairs)


def _import_graph() -> grimp.ImportGraph:
    """Return which module of the suite imports which, but for type hints."""
    with tempfile.TemporaryDirectory() as folder:
        sys.path.insert(0, str(link_addons(Path(folder, "tree"))))
        return grimp.build_graph(
            *(f"odoo.addons.{addon}" for addon in ADDONS),
            exclude_type_checking_imports=True,
            cache_dir=None,
        )


def _floors(addon: str, layers: list[str]) -> Iterator[list[Room]]:
    """Yield the layers of an addon from the top, less its tests; wide ones in parts."""
    for layer in layers:
        names = [name for name in layer.split(" | ") if name != "tests"]
        rooms = [Room(name, _caption(addon, name)) for name in names]
        parts = math.ceil(len(rooms) / WIDEST)
        yield from (rooms[part::parts] for part in range(parts))


def _imports(graph: grimp.ImportGraph, addon: str) -> set[Arrow]:
    """Return who imports whom inside an addon."""
    arrows = set()
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            places = [name.split(".")[2:4] for name in (module, imported)]
            if all(len(place) == 2 and place[0] == addon for place in places):
                user, used = (place[1] for place in places)
                if user != used and user != "tests":
                    arrows.add((user, used))
    return arrows


def _without_detours(arrows: Iterable[Arrow]) -> list[Arrow]:
    """Leave out what follows from others: of A-B, B-C and A-C, the last."""
    used: dict[str, set[str]] = {}
    for user, other in arrows:
        used.setdefault(user, set()).add(other)

    def reached(name: str) -> set[str]:
        direct = used.get(name, set())
        return direct.union(*map(reached, direct))

    return sorted(
        (user, other)
        for user, others in used.items()
        for other in others
        if not any(other in reached(between) for between in others)
    )


def _summary(addon: str) -> str:
    """Return the summary in an addon's manifest."""
    manifest = (ROOT / addon / "__manifest__.py").read_text(encoding="utf-8")
    return str(ast.literal_eval(manifest)["summary"])


def _caption(addon: str, name: str) -> str:
    """Return what a module says of itself, in its first sentence."""
    package = ROOT / addon / name
    if name == "cli":
        commands = sorted(path.stem for path in package.glob("*.py"))
        return "Commands: " + ", ".join(f"odoo {command}" for command in commands)
    source = package / "__init__.py" if package.is_dir() else Path(f"{package}.py")
    text = ast.get_docstring(ast.parse(source.read_text(encoding="utf-8"))) or ""
    return " ".join(text.partition("\n\n")[0].replace("``", "").split())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
