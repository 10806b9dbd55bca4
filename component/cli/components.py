# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The command ``odoo components``.

Odoo loads this file as ``odoo.cli.components``, without the addon around it: what
belongs to the addon is imported once the database is open.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from odoo import SUPERUSER_ID
from odoo.api import Environment
from odoo.cli.command import Command
from odoo.modules.registry import Registry
from odoo.tools import config

if TYPE_CHECKING:
    from odoo.addons.component.core import AbstractComponent, ComponentRegistry


class Components(Command):
    """List the components of a database, or explain what a lookup finds."""

    def run(self, cmdargs: Sequence[str]) -> None:
        """Run the command; exits with 1 when nothing was found."""
        self._add_subcommands()
        args = self.parser.parse_args(args=cmdargs)
        with _environment(self.parser, args) as env:
            registry = env.registry["base"]._components_registry
            lines = args.func(registry, args)
        if not lines:
            sys.exit("No component found.")
        sys.stdout.write("\n".join(lines) + "\n")

    def _add_subcommands(self) -> None:
        """Declare the subcommands and their options."""
        subparsers = self.parser.add_subparsers(dest="subcommand", required=True)
        listing = subparsers.add_parser("list", help="list components")
        listing.set_defaults(func=_list)
        listing.add_argument("--addon", help="only those this addon declares")
        listing.add_argument(
            "--all", action="store_true", help="abstract components too"
        )
        explain = subparsers.add_parser(
            "explain",
            help="say which components a lookup finds, and why not the others",
        )
        explain.set_defaults(func=_explain)
        explain.add_argument("name", nargs="?", help="describe this component instead")
        for parser in (listing, explain):
            parser.add_argument("-c", "--config", help="configuration file of Odoo")
            parser.add_argument("-d", "--database", help="name of the database")
            parser.add_argument("--addons-path", help="folders of addons")
            parser.add_argument("--usage", help="usage of the lookup")
            parser.add_argument("--model", help="model of the lookup")
            parser.add_argument("--collection", help="model of the collection")


@contextmanager
def _environment(
    parser: argparse.ArgumentParser, args: argparse.Namespace
) -> Iterator[Environment]:
    """Open the database read-only, as superuser."""
    options = ["--no-http", "--log-level=warn"]
    for option, value in (
        ("--config", args.config),
        ("--database", args.database),
        ("--addons-path", args.addons_path),
    ):
        if value:
            options.append(f"{option}={value}")
    config.parse_config(options, setup_logging=True)
    names = config["db_name"]
    if len(names) != 1:
        parser.error("give one database with -d, or in the configuration file")
    registry = Registry(names[0])
    if "component.builder" not in registry:
        parser.error(f"the addon 'component' is not installed in {names[0]!r}")
    with registry.cursor(readonly=True) as cr:
        yield Environment(cr, SUPERUSER_ID, {})


def _list(registry: ComponentRegistry, args: argparse.Namespace) -> list[str]:
    """Return a table of the components that pass the filters."""
    from odoo.addons.component.lookup import mismatches

    rows = [
        _row(component)
        for component in registry.values()
        if (args.all or not component._abstract)
        and args.addon in (None, component._original_module)
        and not mismatches(component, args.collection, args.usage, args.model)
    ]
    if not rows:
        return []
    rows.insert(0, ("NAME", "ADDON", "USAGE", "COLLECTION", "MODELS"))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]


def _row(component: type[AbstractComponent]) -> tuple[str, ...]:
    """Return the cells of a component."""
    return (
        component._name or "",
        component._original_module,
        component._usage or "-",
        component._collection or "any",
        ", ".join(component.apply_on_models or ()) or "any",
    )


def _explain(registry: ComponentRegistry, args: argparse.Namespace) -> list[str]:
    """Return the account of a lookup, or of one component."""
    from odoo.addons.component.build import did_you_mean
    from odoo.addons.component.explain import explain_choice
    from odoo.addons.component.inspection import chain, definitions

    if not args.name:
        return [explain_choice(registry, args.collection, args.usage, args.model)]
    component = registry.get(args.name)
    if component is None:
        sys.exit(
            f"No component named {args.name!r}.{did_you_mean(args.name, registry)}"
        )
    titles = ("name", "addon", "usage", "collection", "models")
    lines = [
        f"{title}: {cell}" for title, cell in zip(titles, _row(component), strict=True)
    ]
    lines.append(f"chain: {' > '.join(chain(component))}")
    lines.append("classes, the first one wins:")
    lines += [f"  {definition}" for definition in definitions(component)]
    return lines
