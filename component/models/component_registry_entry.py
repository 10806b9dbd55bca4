# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The components of the database, to be searched on screen."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from odoo import fields, models
from odoo.tools import SQL

from ..inspection import chain, definitions, documentation, parents

if TYPE_CHECKING:
    from ..core import AbstractComponent


class ComponentRegistryEntry(models.Model):
    """One component of this database, as this process has it in memory.

    There is no table: the registry is handed to PostgreSQL as the rows of a query, so
    searching, grouping and sorting are Odoo's own and nothing can be out of date.
    """

    _name = "component.registry.entry"
    _description = "Component"
    _auto = False
    _order = "id"

    name = fields.Char(readonly=True)
    addon = fields.Char(readonly=True, help="Addon that declares the component")
    usage = fields.Char(readonly=True)
    collection = fields.Char(readonly=True, help="Empty: of any collection")
    model_names = fields.Char(
        string="Models", readonly=True, help="Empty: applies on any model"
    )
    abstract = fields.Boolean(readonly=True)
    parents = fields.Char(string="Inherits", readonly=True)
    chain = fields.Char(
        string="Inheritance Chain",
        readonly=True,
        help="Components whose code it runs, the first one wins",
    )
    definitions = fields.Text(
        readonly=True, help="Python classes it is made of, the first one wins"
    )
    doc = fields.Text(string="Documentation", readonly=True)

    @property
    def _table_query(self) -> SQL:
        registry = self._components_registry
        rows = [
            {"id": rank, **self._entry_values(component)}
            for rank, component in enumerate(registry.values() if registry else (), 1)
        ]
        return SQL(
            """
            SELECT *
              FROM jsonb_to_recordset(%s::jsonb) AS entry (
                   id integer, name text, addon text, usage text, collection text,
                   model_names text, abstract boolean, parents text, chain text,
                   definitions text, doc text)
            """,
            json.dumps(rows),
        )

    def _entry_values(self, component: type[AbstractComponent]) -> dict[str, Any]:
        """Return the row of a component."""
        return {
            "name": component._name,
            "addon": component._original_module,
            "usage": component._usage,
            "collection": component._collection,
            "model_names": ", ".join(component.apply_on_models or ()) or None,
            "abstract": component._abstract,
            "parents": ", ".join(parents(component)),
            "chain": " > ".join(chain(component)),
            "definitions": "\n".join(definitions(component)),
            "doc": documentation(component),
        }
