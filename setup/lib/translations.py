"""The template of translations of each addon, by Odoo's own export.

`setup/dev translations` writes them; the suite of this name compares.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from databases import SUITE, Databases
from generated import stale, write_or_check
from locks import locked
from odoo_run import checkout_addons, program
from outcome import Outcome
from processes import Child
from workspace import ADDONS, CLONE_ID, LOCAL, LOG, PYTHON, ROOT, SetupError

COMMAND = "setup/dev translations"
_FOLDER = LOCAL / "translations"
_LOG = LOG / "translations.log"
#: Lines of the header that are others in each run, or with each release of Odoo.
_CHANGING = re.compile(
    r'^"(?:Project-Id-Version|POT-Creation-Date|PO-Revision-Date): .*\n', re.MULTILINE
)


def main(databases: Databases, arguments: list[str]) -> int:
    """Write the templates, or only compare them with --check; return the status."""
    return write_or_check(templates(databases), arguments, COMMAND)


def check(databases: Databases) -> Outcome:
    """Check that the templates have the terms of the addons, and no others."""
    found = [str(path.relative_to(ROOT)) for path in stale(templates(databases))]
    problem = f"out of date: {', '.join(found)}; run {COMMAND}"
    return Outcome.of_check(not found, problem, _LOG)


def templates(databases: Databases) -> dict[Path, str]:
    """Return the text of each addon's template, by its path.

    With all addons installed: what one inherits from another, the options of a field
    for example, has its terms in the template of the other.
    """
    with locked("translations"):
        _export(databases)
        paths = [Path(addon, "i18n", f"{addon}.pot") for addon in ADDONS]
        for path in paths:
            if not (_FOLDER / path).exists():
                raise SetupError(f"Odoo exported no {path}", f"read {_LOG}")
        return {ROOT / path: lasting((_FOLDER / path).read_text()) for path in paths}


def lasting(text: str) -> str:
    """Return a template without what changes though no term does."""
    return _CHANGING.sub("", text).rstrip() + "\n"


def _export(databases: Databases) -> None:
    """Let Odoo write the templates into a copy of the addons.

    The copy is also what it reads: it walks through the whole of an addons path, and
    in the clone are Odoo itself and a shop.
    """
    shutil.rmtree(_FOLDER, ignore_errors=True)
    ignored = shutil.ignore_patterns("__pycache__", "i18n")
    for addon in ADDONS:
        shutil.copytree(ROOT / addon, _FOLDER / addon, ignore=ignored)
    path = ",".join(map(str, [_FOLDER, *checkout_addons()]))
    conf = databases.odoo.write_conf("translations", addons_path=path)
    database = f"translations_{CLONE_ID}"
    argv = [str(PYTHON), str(program()), "i18n", "export"]
    argv += ["-c", str(conf), "-d", database, *ADDONS]
    databases.create(database, SUITE)
    try:
        with Child("translations", argv, databases.odoo.env(), _LOG, ROOT) as child:
            child.process.wait()
    finally:
        databases.drop(database)
