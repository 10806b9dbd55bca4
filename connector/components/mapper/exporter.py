# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From a record of Odoo to values of the backend."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from odoo.addons.component.core import AbstractComponent

from .mapper import Mapper
from .modifiers import Modifier, m2o_to_external, source_field_name

__all__ = ["ExportMapper"]


class ExportMapper(AbstractComponent):
    """Map a record of the working model to values for the backend."""

    _name = "base.export.mapper"
    _inherit = "base.mapper"
    _usage = "export.mapper"

    _map_child_usage = "export.map.child"
    _map_child_fallback = "base.map.child.export"

    def _map_direct(self, record: Any, from_attr: str | Modifier, to_attr: str) -> Any:
        """Return the value of one direct mapping.

        What is falsy becomes False, except the number 0 of a numeric field. A
        Many2one without modifier becomes the external id of its record.
        """
        return self._read_direct(self._compile_rule(from_attr, to_attr), record)

    def _overrides_map_direct(self) -> bool:
        return type(self)._map_direct is not ExportMapper._map_direct

    def _reader(self, record: Any) -> Callable[[str], Any]:
        if type(self)._read_source is Mapper._read_source:
            return record.__getitem__
        return super()._reader(record)

    def _field_type(self, from_attr: str | Modifier, to_attr: str) -> str | None:
        name = source_field_name(from_attr)
        field = self.model._fields.get(name)
        return field.type if field is not None else None

    def _relation_modifier(self, from_attr: str) -> Modifier:
        return m2o_to_external(from_attr)
