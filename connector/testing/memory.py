# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# These are no models: read(), create() and write() are not those of the ORM.
# pylint: disable=method-required-super
"""A backend in memory, as unreliable as a real one when it is told so."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from ..exception import (
    IDMissingInBackend,
    NetworkRetryableError,
)

__all__ = ["MemoryBackend"]

Record = dict[str, Any]


class MemoryBackend:
    """Records by resource and id, with a clock of its own."""

    _instances: dict[tuple[str, int], MemoryBackend] = {}

    def __init__(self) -> None:
        self.records: dict[str, dict[str, Record]] = defaultdict(dict)
        self.calls: list[tuple[str, ...]] = []
        self.now = datetime(2026, 1, 1, 12, 0, 0)
        self.offline = False
        self._ids = itertools.count(1000)

    @classmethod
    def of(cls, dbname: str, backend_id: int) -> MemoryBackend:
        """Return the backend that a record of Odoo stands for."""
        return cls._instances.setdefault((dbname, backend_id), cls())

    def put(self, resource: str, id_: Any, **values: Any) -> Record:
        """Store a record as if somebody had changed it in the backend."""
        record = {"id": id_, **values}
        if "updatedAt" not in record:
            record["updatedAt"] = self.tick()
        self.records[resource][str(id_)] = record
        return record

    def tick(self, minutes: int = 1) -> str:
        """Let the clock run, and return its time."""
        self.now += timedelta(minutes=minutes)
        return f"{self.now.isoformat()}Z"

    # What the adapter calls

    def search(self, resource: str, filters: Record | None) -> list[Any]:
        """Return the ids of the records with these values."""
        self._called("search", resource)
        return [
            record["id"]
            for record in self.records[resource].values()
            if all(record.get(key) == value for key, value in (filters or {}).items())
        ]

    def changes(self, resource: str, since: str | None) -> Iterator[tuple[Any, str]]:
        """Yield id and date of what changed since a date."""
        self._called("changes", resource, str(since))
        for record in self.records[resource].values():
            if not since or record["updatedAt"] >= since:
                yield record["id"], record["updatedAt"]

    def read(self, resource: str, id_: Any) -> Record:
        """Return a record."""
        self._called("read", resource, str(id_))
        return self._get(resource, id_)

    def read_many(self, resource: str, ids: list[Any]) -> list[Record]:
        """Return the records that exist among these ids, in one call."""
        self._called("read_many", resource, str(len(ids)))
        records = self.records[resource]
        return [records[str(id_)] for id_ in ids if str(id_) in records]

    def create(self, resource: str, data: Record) -> str:
        """Create a record and return its id."""
        self._called("create", resource)
        id_ = str(next(self._ids))
        self.put(resource, id_, **data)
        return id_

    def write(self, resource: str, id_: Any, data: Record) -> None:
        """Update a record."""
        self._called("write", resource, str(id_))
        self._get(resource, id_).update(data, updatedAt=self.tick())

    def delete(self, resource: str, id_: Any) -> None:
        """Delete a record."""
        self._called("delete", resource, str(id_))
        self._get(resource, id_)
        del self.records[resource][str(id_)]

    def _get(self, resource: str, id_: Any) -> Record:
        try:
            return self.records[resource][str(id_)]
        except KeyError:
            raise IDMissingInBackend(f"{resource} {id_} does not exist") from None

    def _called(self, *call: str) -> None:
        self.calls.append(call)
        if self.offline:
            raise NetworkRetryableError("the backend is offline", seconds=30)
