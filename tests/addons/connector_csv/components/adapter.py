# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# Adapters are no models: read(), create() and write() are not those of the ORM.
# pylint: disable=method-required-super
from __future__ import annotations

import csv
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from odoo.addons.component.core import AbstractComponent, Component
from odoo.addons.connector.exception import (
    IDMissingInBackend,
    NetworkRetryableError,
)

COLUMNS = ("id", "name", "email", "phone", "key")
Rows = dict[str, dict[str, str]]


class CsvBase(AbstractComponent):
    _name = "csv.base"
    _inherit = "base.connector"
    _collection = "csv.backend"


class CsvBinder(Component):
    _name = "csv.binder"
    _inherit = ["base.binder", "csv.base"]


class ContactAdapter(Component):
    """A table of contacts in one file; whoever writes it holds a lock beside it.

    Cells are written as they are, =, + and - at their beginning too: a program reads
    the file, whose phones begin with +, and no spreadsheet.
    """

    _name = "csv.res.partner.adapter"
    _inherit = ["base.backend.adapter.crud", "csv.base"]
    _apply_on = "csv.res.partner"

    @property
    def _path(self) -> Path:
        return Path(self.backend_record.folder) / "contacts.csv"

    def _rows(self) -> Rows:
        try:
            with self._path.open(newline="", encoding="utf-8") as file:
                return {row["id"]: row for row in csv.DictReader(file)}
        except OSError as error:
            # A folder of the network that is away for a moment is tried again.
            raise NetworkRetryableError(str(error)) from error

    @contextmanager
    def _changed_rows(self) -> Iterator[Rows]:
        with self._path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            rows = self._rows()
            yield rows
            new = self._path.with_suffix(".new")
            with new.open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, COLUMNS)
                writer.writeheader()
                writer.writerows(rows.values())
            os.replace(new, self._path)  # readers see the old file or the new one

    def search(self, filters: dict[str, str] | None = None) -> list[str]:
        """Return the ids of the contacts with these values."""
        wanted = (filters or {}).items()
        return [
            id_
            for id_, row in self._rows().items()
            if all(row[name] == value for name, value in wanted)
        ]

    def search_changes(
        self, since: str | None, filters: dict[str, str] | None = None
    ) -> Iterator[tuple[str, None]]:
        """Yield all the contacts: lines have no date, their content is compared."""
        yield from ((id_, None) for id_ in self.search(filters))

    def read(self, external_id: str) -> dict[str, str]:
        """Return a contact."""
        for row in self.read_many([external_id]):
            return row
        raise IDMissingInBackend(f"contacts.csv has no line {external_id}")

    def read_many(self, external_ids: list[str]) -> list[dict[str, str]]:
        """Return the contacts that exist, reading the file once."""
        rows = self._rows()
        return [rows[id_] for id_ in external_ids if id_ in rows]

    def create(self, data: dict[str, Any]) -> str:
        """Add a line, unless one has the key of this creation."""
        with self._changed_rows() as rows:
            for id_, row in rows.items():
                if row["key"] and row["key"] == self.idempotency_key:
                    return id_
            id_ = str(max(map(int, rows), default=0) + 1)
            empty = dict.fromkeys(COLUMNS, "")
            rows[id_] = {**empty, **data, "id": id_, "key": self.idempotency_key}
        return id_

    def write(self, external_id: str, data: dict[str, Any]) -> None:
        """Change a line."""
        with self._changed_rows() as rows:
            if external_id not in rows:
                raise IDMissingInBackend(f"contacts.csv has no line {external_id}")
            rows[external_id].update(data)
