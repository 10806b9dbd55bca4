# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Map child that updates the lines that exist instead of adding them again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from odoo import models
from odoo.fields import Command

from odoo.addons.component.core import AbstractComponent

from ...exception import InvalidDataError
from .record import MapOptions, MapRecord

if TYPE_CHECKING:
    from odoo.models import BaseModel

__all__ = ["ImportMapChildSync"]


class ImportMapChildSync(AbstractComponent):
    """Make the lines of a record the same as those of the backend.

    A line is recognized by the values of ``_key_fields`` in what is mapped, the
    external id by default: the child mapper must map it. Known lines are updated,
    new ones created, those that the backend has no more are removed. Opt in::

        class OrderLineMapChild(Component):
            _name = "x.sale.order.line.map.child.import"
            _inherit = "base.map.child.import.sync"
            _collection = "x.backend"
            _apply_on = "x.sale.order.line"

    The record to update comes from the option ``binding``, that the generic
    importer passes. Without it, all the lines are new.
    """

    _name = "base.map.child.import.sync"
    _inherit = "base.map.child.import.base"
    _usage = "import.map.child"

    #: fields of the line that recognize it
    _key_fields: tuple[str, ...] = ("external_id",)
    #: what happens to the lines that exist: "update", or "keep" as they are in Odoo
    _known_lines = "update"
    #: what happens to the lines that the backend has no more: "delete" or "keep"
    _missing_lines = "delete"

    def get_items(
        self,
        items: Iterable[Any],
        parent: MapRecord,
        to_attr: str,
        options: MapOptions | None,
    ) -> list[Any]:
        """Return the commands that update, create and delete lines."""
        mapper = self._child_mapper()
        options = self._child_options(options)
        lines = self._existing_lines(to_attr, options)
        by_key = {self._line_key(line): line for line in reversed(lines)}
        commands: list[Any] = []
        seen: set[Any] = set()
        kept: set[int] = set()
        for item in items:
            map_record = mapper.map_record(item, parent=parent)
            if self.skip_item(map_record):
                continue
            values = self._values_for(map_record, to_attr, options, None)
            if not values:
                continue
            key = self._item_key(values, to_attr)
            if key in seen:
                raise InvalidDataError(
                    f"two items of {to_attr!r} have the same "
                    f"{', '.join(self._key_fields)}: {key!r}"
                )
            line = by_key.get(key) if key else None
            if key:
                seen.add(key)
            if line is None:
                commands.append(Command.create(values))
                continue
            kept.add(line.id)
            if self._known_lines == "keep":
                continue
            values = self._values_for(map_record, to_attr, options, line)
            commands.append(Command.update(line.id, values))
        gone = lines.filtered(lambda line: line.id not in kept)
        return self._missing_commands(gone) + self.format_commands(commands)

    def format_commands(self, commands: list[Any]) -> list[Any]:
        """Change the commands that create and update lines; return them."""
        return commands

    def _existing_lines(self, to_attr: str, options: MapOptions) -> BaseModel:
        """Return the lines of the record that is being updated."""
        if options.binding:
            return options.binding.with_context(active_test=False)[to_attr]
        return self.model.browse()

    def _line_key(self, line: BaseModel) -> tuple[Any, ...]:
        """Return what recognizes a line of Odoo."""
        return tuple(self._comparable(line[name]) for name in self._key_fields)

    def _item_key(self, values: dict[str, Any], to_attr: str) -> tuple[Any, ...] | None:
        """Return what recognizes mapped values, None when nothing does."""
        missing = [name for name in self._key_fields if name not in values]
        if missing:
            raise InvalidDataError(
                f"the child mapper of {self.model._name} does not map "
                f"{', '.join(missing)}, by which {self._name!r} recognizes the lines "
                f"of {to_attr!r}"
            )
        key = tuple(self._comparable(values[name]) for name in self._key_fields)
        return key if any(part is not None for part in key) else None

    def _comparable(self, value: Any) -> Any:
        """Return a value that compares equal on both sides: ids are strings."""
        if isinstance(value, models.BaseModel):
            return str(value.id) if value else None
        if value is None or value is False or value == "":
            return None
        return str(value) if isinstance(value, int) else value

    def _values_for(
        self,
        map_record: MapRecord,
        to_attr: str,
        options: MapOptions,
        line: BaseModel | None,
    ) -> dict[str, Any]:
        """Return the values of an item, to create it or to update ``line``."""
        options = MapOptions(options, for_create=line is None, binding=line)
        return self.get_item_values(map_record, to_attr, options)

    def _missing_commands(self, lines: BaseModel) -> list[Any]:
        """Return the commands for the lines that the backend has no more."""
        if self._missing_lines == "keep":
            return []
        return [Command.delete(line.id) for line in lines]
