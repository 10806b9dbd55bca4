# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Mapping of the children of a record: lines, addresses, variants."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from odoo.fields import Command

from odoo.addons.component.core import AbstractComponent, Component

from .record import MapOptions, MapRecord

if TYPE_CHECKING:
    from .mapper import Mapper

__all__ = ["ExportMapChild", "ImportMapChild", "MapChild"]


class MapChild(AbstractComponent):
    """Map the items of a field with the mapper of their own model.

    The working model is the one of the children.
    """

    _name = "base.map.child"
    _inherit = "base.connector"

    def _child_mapper(self) -> Mapper:
        """Return the mapper of the items."""
        raise NotImplementedError(
            f"{self._name!r} has no direction: inherit from base.map.child.import "
            f"or base.map.child.export"
        )

    def skip_item(self, map_record: MapRecord) -> bool:
        """Tell whether an item must be left out, before it is mapped."""
        return False

    def get_items(
        self,
        items: Iterable[Any],
        parent: MapRecord,
        to_attr: str,
        options: MapOptions | None,
    ) -> list[Any]:
        """Return the mapped items, ready for the target field ``to_attr``."""
        mapper = self._child_mapper()
        options = self._child_options(options)
        mapped = []
        for item in items:
            map_record = mapper.map_record(item, parent=parent)
            if self.skip_item(map_record):
                continue
            values = self.get_item_values(map_record, to_attr, options)
            if values:
                mapped.append(values)
        return self.format_items(mapped)

    def get_item_values(
        self, map_record: MapRecord, to_attr: str, options: MapOptions
    ) -> dict[str, Any]:
        """Return the values of one item; the item is dropped when there are none."""
        return map_record.values(**options)

    def format_items(self, items_values: list[dict[str, Any]]) -> list[Any]:
        """Return the values of the items in the form the target field wants."""
        return items_values

    def _child_options(self, options: MapOptions | None) -> MapOptions:
        """Return the options of the parent, without those about its own fields."""
        child_options = MapOptions(options or {})
        # ``fields`` names fields of the parent: it would empty the children.
        child_options.pop("fields", None)
        return child_options


class ImportMapChildBase(AbstractComponent):
    """Map children with the import mapper of their model."""

    _name = "base.map.child.import.base"
    _inherit = "base.map.child"
    _usage = "import.map.child"

    def _child_mapper(self) -> Mapper:
        return self.component(usage="import.mapper")


class ImportMapChild(Component):
    """Map the children of an import: each item becomes a new line."""

    _name = "base.map.child.import"
    _inherit = "base.map.child.import.base"

    def format_items(self, items_values: list[dict[str, Any]]) -> list[Any]:
        """Return the commands that create a line for each item."""
        return [Command.create(values) for values in items_values]


class ExportMapChild(Component):
    """Map the children of an export: a list of dicts."""

    _name = "base.map.child.export"
    _inherit = "base.map.child"
    _usage = "export.map.child"

    def _child_mapper(self) -> Mapper:
        return self.component(usage="export.mapper")
