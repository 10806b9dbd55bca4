# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The imports under way in a work context, and what they need to know only once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from ..exception import InvalidDataError

if TYPE_CHECKING:
    from odoo.sql_db import BaseCursor

    from odoo.addons.component.core import WorkContext

    from .synchronizer.importer import GenericImporter

__all__ = ["ImportPath"]

Result = TypeVar("Result")

_CACHE_KEY = "connector.import"


class ImportPath:
    """Records being imported, each because the one before refers to it.

    The contexts for other models are copies of the first one: they share it. What is
    looked up on the way is remembered until the last import ends, in ``cr.cache``,
    that Odoo empties at each commit, rollback and rollback to a savepoint.
    """

    def __init__(self) -> None:
        self._steps: list[tuple[str, str]] = []
        self._open = 0

    @classmethod
    def of(cls, work: WorkContext) -> ImportPath:
        """Return the path of a work context, a new one where it has none."""
        path: ImportPath | None = getattr(work, "connector_import_path", None)
        if path is None:
            path = work.connector_import_path = cls()
        return path

    @contextmanager
    def step(self, importer: GenericImporter) -> Iterator[None]:
        """Import a record, within the imports that wait for it.

        :raises InvalidDataError: it is one of those
        """
        step = (importer.model._name, str(importer.external_id))
        if step in self._steps:
            steps = " -> ".join(
                f"{model} {external_id}" for model, external_id in [*self._steps, step]
            )
            raise InvalidDataError(
                f"these records depend on each other, none can be imported first: "
                f"{steps}. Import one of the relations after the record, in "
                f"_after_import()"
            )
        self._steps.append(step)
        try:
            with self.memory(importer.env.cr):
                yield
        finally:
            self._steps.pop()

    @contextmanager
    def memory(self, cr: BaseCursor) -> Iterator[None]:
        """Have ``remember()`` remember until the outermost of these blocks ends."""
        self._open += 1
        try:
            yield
        finally:
            self._open -= 1
            if not self._open:
                cr.cache.get(_CACHE_KEY, {}).pop(id(self), None)

    def remember(
        self, cr: BaseCursor, key: Hashable, function: Callable[[], Result]
    ) -> Result:
        """Return what ``function`` returned the first time during these imports."""
        if not self._open:
            return function()
        known = cr.cache.setdefault(_CACHE_KEY, {}).setdefault(id(self), {})
        if key not in known:
            result = function()
            # A savepoint that was rolled back meanwhile has emptied the cache.
            known = cr.cache.setdefault(_CACHE_KEY, {}).setdefault(id(self), {})
            known[key] = result
        return known[key]
