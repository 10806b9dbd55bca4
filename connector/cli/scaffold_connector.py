# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""``odoo scaffold_connector NAME``: a connector that works, to start from."""

from __future__ import annotations

import argparse
import keyword
import re
import sys
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from odoo.cli import Command

TEMPLATES = Path(__file__).parent / "templates"
NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


class ScaffoldConnector(Command):
    """Write a working skeleton of a new connector, with its tests.

    It imports the customers of a backend with a JSON API, by jobs, and exports those
    that change in Odoo. Replace the adapter and the mappers by those of your backend.
    """

    name = "scaffold_connector"

    def run(self, args: list[str]) -> None:
        """Parse the command line and write the addon; exits with 1 when it cannot."""
        self.parser.add_argument("name", type=_name, help="of the backend, as acme")
        self.parser.add_argument(
            "folder", nargs="?", default=".", help="where addons are (default: here)"
        )
        options = self.parser.parse_args(args)
        addon = Path(options.folder) / f"connector_{options.name}"
        if addon.exists():
            sys.exit(f"{addon} exists already: choose another name, or remove it")
        try:
            written = scaffold(options.name, addon)
        except OSError as error:
            sys.exit(f"cannot write {addon}: {error.strerror}")
        sys.stdout.write(
            f"{addon}: {written} files. Next: install it and run its tests:\n"
            f"  odoo -d DATABASE -i {addon.name} --test-tags /{addon.name}\n"
        )


def scaffold(name: str, addon: Path) -> int:
    """Write the addon of a backend called ``name``; return the number of files.

    The path of a template is that of its file, NAME being replaced.
    """
    title = name.replace("_", " ").title()
    names = {
        "name": name,
        "addon": addon.name,
        "title": title,
        "Class": title.replace(" ", ""),
        "model": name.replace("_", "."),
    }
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        # It writes Python, and a name is letters and digits.
        autoescape=False,  # nosec B701
    )
    found = templates.list_templates()
    for template in found:
        target = addon / template.removesuffix(".jinja").replace("NAME", name)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = templates.get_template(template).render(names)
        target.write_text(text, encoding="utf-8")
    return len(found)


def _name(text: str) -> str:
    if not NAME.fullmatch(text) or keyword.iskeyword(text):
        wanted = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_") or "acme"
        raise argparse.ArgumentTypeError(
            f"{text!r} must be lower case letters, digits and single underscores, "
            f"did you mean {wanted.removeprefix('connector_')!r}?"
        )
    if text.startswith("connector_"):
        raise argparse.ArgumentTypeError(
            f"the addon gets the prefix by itself, did you mean "
            f"{text.removeprefix('connector_')!r}?"
        )
    return text
