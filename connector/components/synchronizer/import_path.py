# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The records whose imports wait for each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...exception import InvalidDataError

if TYPE_CHECKING:
    from .importer import GenericImporter

__all__ = ["ImportPath"]


class ImportPath:
    """Records being imported, each because the one before refers to it."""

    def __init__(self, importer: GenericImporter) -> None:
        work = importer.work
        path = getattr(work, "connector_import_path", None)
        if path is None:
            # Contexts for other models are copies of this one: they share the list.
            path = work.connector_import_path = []
        self._path = path
        self._step = (importer.model._name, str(importer.external_id))

    def __enter__(self) -> None:
        if self._step in self._path:
            steps = " -> ".join(
                f"{model} {external_id}"
                for model, external_id in [*self._path, self._step]
            )
            raise InvalidDataError(
                f"these records depend on each other, none can be imported first: "
                f"{steps}. Import one of the relations after the record, in "
                f"_after_import()"
            )
        self._path.append(self._step)

    def __exit__(self, *exc_info: Any) -> None:
        self._path.pop()
