# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The events of the database and who listens, to be searched on screen."""

from __future__ import annotations

import inspect
import json
from typing import Any

from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.component.validation import owner_of

from ..components.event import EventListener
from ..events import EVENTS
from ..validation import listeners


class ComponentEventListener(models.Model):
    """One listener method of this database; without table, as the components are."""

    _name = "component.event.listener"
    _description = "Event Listener"
    _auto = False
    _order = "event, id"
    _rec_name = "event"

    event = fields.Char(readonly=True)
    component = fields.Char(readonly=True, help="Component whose method is called")
    addon = fields.Char(readonly=True, help="Addon that defines the method")
    collection = fields.Char(
        readonly=True, help="Called for events of this collection; empty: of any"
    )
    model_names = fields.Char(
        string="Models", readonly=True, help="Called for these models; empty: for any"
    )
    method = fields.Char(readonly=True, help="Python method that is called")
    arguments = fields.Char(
        readonly=True, help="Arguments of the event, empty when nobody declared it"
    )
    doc = fields.Text(string="Documentation", readonly=True)

    @property
    def _table_query(self) -> SQL:
        registry = self._components_registry
        found = [
            (component, name)
            for component in (listeners(registry) if registry else ())
            if not component._abstract
            for name in sorted(component._events)
        ]
        rows = [
            {"id": rank, **self._listener_values(component, name)}
            for rank, (component, name) in enumerate(found, 1)
        ]
        return SQL(
            """
            SELECT *
              FROM jsonb_to_recordset(%s::jsonb) AS listener (
                   id integer, event text, component text, addon text,
                   collection text, model_names text, method text, arguments text,
                   doc text)
            """,
            json.dumps(rows),
        )

    def _listener_values(
        self, component: type[EventListener], name: str
    ) -> dict[str, Any]:
        """Return the row of a listener."""
        owner = owner_of(component, name)
        prototype = EVENTS.get(name)
        arguments = prototype and inspect.signature(prototype).parameters
        return {
            "event": name,
            "component": component._name,
            "addon": owner._module,
            "collection": component._collection,
            "model_names": ", ".join(component.apply_on_models or ()) or None,
            "method": f"{owner.__module__}.{owner.__qualname__}.{name}",
            "arguments": ", ".join(arguments) if arguments else None,
            "doc": inspect.getdoc(getattr(component, name)),
        }
