# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How far the imports of a model went."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from .version import parse_datetime

if TYPE_CHECKING:
    from .batch_importer import BatchImporter

__all__ = ["CursorAdvance"]


class CursorAdvance:
    """One run of a batch: where it starts, and where the next one will.

    The next run starts where this one began, by the clock of the backend: what
    changes while it runs is for the next one. A backend that does not tell its clock
    is taken at the greatest date of change seen.

    In both cases it starts a margin before (``connector.sync.cursor.overlap``): a
    backend may publish changes in another order than it dates them, and its clocks
    may differ. What is seen twice is left alone by the importer, or written twice
    with the same result.
    """

    def __init__(self, batch: BatchImporter, full: bool = False) -> None:
        self._cursor = batch.backend_record._sync_cursor(batch.model._name)
        self._cursor._lock_for_batch()
        self._adapter = batch.backend_adapter
        self._greatest: str | None = None
        self._full = full
        self._began = time.monotonic()
        self.since: str | None = None if full else self._cursor._since()

    def watch(self, changes: Iterable[tuple[Any, str | None]]) -> Iterator[Any]:
        """Yield the ids of changes, taking note of their dates."""
        for external_id, changed_at in changes:
            self.saw(changed_at)
            yield external_id

    def saw(self, changed_at: str | None) -> None:
        """Take note of the date of change of a record."""
        if changed_at is not None and (
            self._greatest is None or _is_after(changed_at, self._greatest)
        ):
            self._greatest = changed_at

    def save(self) -> None:
        """Advance the cursor, in the transaction of the caller."""
        self._cursor._advance(self._reached(), force=self._full)

    def _reached(self) -> str | None:
        """Return the date up to which all changes were seen."""
        started = self._started()
        if started is None:
            return self._greatest
        date = _as_date(self._greatest)
        if date is None and self._greatest is not None:
            return self._greatest  # a mark, that no clock compares with
        # A record dated in the future must not hide all that changes before it.
        limit = started + timedelta(minutes=self._cursor.overlap)
        if date is not None and started < date <= limit:
            return self._greatest
        return f"{started.isoformat()}Z"

    def _started(self) -> datetime | None:
        """Return when the search began, by the clock of the backend."""
        server_time = getattr(self._adapter, "server_time", None)
        now = _as_date(server_time()) if server_time else None
        if now is None:
            return None
        elapsed = math.ceil(time.monotonic() - self._began)
        return now - timedelta(seconds=elapsed)


def _is_after(one: str, other: str) -> bool:
    """Tell which of two marks comes later; those without order come in order."""
    date, other_date = _as_date(one), _as_date(other)
    return date > other_date if date and other_date else True


def _as_date(value: str | None) -> datetime | None:
    try:
        return parse_datetime(value)
    except ValueError:
        return None
