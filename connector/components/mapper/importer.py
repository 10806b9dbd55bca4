# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From a record of the backend to values of Odoo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from odoo.addons.component.core import AbstractComponent

from .modifiers import Modifier, external_to_m2o

__all__ = ["ImportMapper"]


class ImportMapper(AbstractComponent):
    """Map a dict of the backend to values for the working model."""

    _name = "base.import.mapper"
    _inherit = "base.mapper"
    _usage = "import.mapper"

    _map_child_usage = "import.map.child"
    _map_child_fallback = "base.map.child.import"

    def _map_direct(self, record: Any, from_attr: str | Modifier, to_attr: str) -> Any:
        """Return the value of one direct mapping.

        What is falsy becomes False, except the number 0 for a numeric field. A
        Many2one without modifier is looked up with ``external_to_m2o``.
        """
        return self._read_direct(self._compile_rule(from_attr, to_attr), record)

    def _overrides_map_direct(self) -> bool:
        return type(self)._map_direct is not ImportMapper._map_direct

    def _read_source(self, record: Any, name: str) -> Any:
        return record.get(name)

    def _reader(self, record: Any) -> Callable[[str], Any]:
        if type(self)._read_source is ImportMapper._read_source:
            return record.get
        return super()._reader(record)

    def _field_type(self, from_attr: str | Modifier, to_attr: str) -> str | None:
        field = self.model._fields.get(to_attr)
        return field.type if field is not None else None

    def _relation_modifier(self, from_attr: str) -> Modifier:
        return external_to_m2o(from_attr)

    def _has_items(self, record: Any, from_attr: str | Modifier) -> bool:
        # A key that is absent, or null, says nothing: only [] means "no children".
        return callable(from_attr) or record.get(from_attr) is not None
