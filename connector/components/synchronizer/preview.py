# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the import of a record would write, without writing it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from odoo import models

from odoo.addons.component.core import Component

from ..mapper.explain import Explanation

if TYPE_CHECKING:
    from odoo.models import BaseModel

    from .importer import GenericImporter

__all__ = ["ImportPreview", "Preview", "PreviewLine"]

MAX_TEXT = 2000  # characters of a value


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """A field that is written, or a rule that gives nothing, as texts."""

    rule: str
    target: str
    source: str
    value: str
    #: what the record in Odoo has now
    current: str
    #: ``new``, ``changed``, ``same``, ``overridden``, ``skipped`` or ``error``
    status: str
    note: str


@dataclass
class Preview:
    """What would happen."""

    #: why nothing would, empty when it would
    message: str = ""
    #: the record would be created
    creates: bool = False
    lines: list[PreviewLine] = field(default_factory=list)


class ImportPreview(Component):
    """Go through the import of a record and undo all of it.

    The record and those it depends on are read from the backend, and imported; then
    the transaction is rolled back to where it was.
    """

    _name = "generic.import.preview"
    _inherit = "base.importer"
    _usage = "import.preview"

    def run(self, external_id: Any) -> Preview:
        """Return what the import of the record would write."""
        importer = self.component(usage="record.importer")
        preview = Preview()
        with self._undone():
            try:
                self._fill(preview, importer, external_id)
            except Exception as exc:
                # Whatever keeps the import from being done is what to show.
                preview.message = f"{type(exc).__name__}: {exc}"
        return preview

    @contextmanager
    def _undone(self) -> Iterator[None]:
        """Roll back what is written meanwhile, also when the database refused it."""
        with self.env.cr.savepoint() as savepoint:
            try:
                yield
            finally:
                savepoint.rollback()

    def _fill(
        self, preview: Preview, importer: GenericImporter, external_id: Any
    ) -> None:
        importer._start(external_id, None, None, {})
        with importer._guard_against_cycles():
            message = importer._prepare(True)
            if message is not None:
                preview.message = message
                return
            importer._import_dependencies_first()
            binding = importer._get_binding()
            preview.creates = not binding
            map_record = importer._map_data()
            options = {"binding": binding} if binding else {}
            for item in map_record.explain(for_create=not binding, **options):
                preview.lines.append(self._line(item, binding))

    def _line(self, item: Explanation, binding: BaseModel) -> PreviewLine:
        current = self._current(binding, item.target)
        return PreviewLine(
            rule=item.rule,
            target=item.target,
            source="" if item.source is None else _text(item.source),
            value="" if item.skipped or item.error else _text(item.value),
            current="" if current is None else _text(current),
            status=self._status(item, binding, current),
            note=item.error or item.skipped,
        )

    def _current(self, binding: BaseModel, name: str) -> Any:
        """Return the value in Odoo, as one writes it; None when there is no record."""
        if not binding or name not in binding._fields:
            return None
        field_ = binding._fields[name]
        return field_.convert_to_write(binding[name], binding)

    def _status(self, item: Explanation, binding: BaseModel, current: Any) -> str:
        if item.error:
            return "error"
        if item.target and item.target not in self.model._fields:
            return "error"
        if item.skipped:
            return "skipped"
        if item.overridden:
            return "overridden"
        if not binding:
            return "new"
        return "same" if _alike(current, item.value) else "changed"


def _alike(current: Any, value: Any) -> bool:
    if isinstance(value, float) and isinstance(current, float | int):
        return abs(value - current) < 1e-9
    return (current or False) == (value or False) or _text(current) == _text(value)


def _text(value: Any) -> str:
    if isinstance(value, models.BaseModel):
        value = ", ".join(value.mapped("display_name"))
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}..."
