# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How far the imports of a model went."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from .version import parse_datetime

if TYPE_CHECKING:
    from .batch_importer import BatchImporter

__all__ = ["CursorAdvance"]


class CursorAdvance:
    """One run of a batch: where it starts, and where the next one will.

    The cursor is the greatest date of change that was seen, as the backend wrote it.
    The next run starts a margin before it (``connector.sync.cursor.overlap``): the
    backend may commit changes in another order than it dates them. What is seen
    twice is left alone by the importer, or written twice with the same result.
    """

    def __init__(self, batch: BatchImporter, full: bool = False) -> None:
        self._cursor = batch.backend_record._sync_cursor(batch.model._name)
        self._cursor._lock_for_batch()
        self._adapter = batch.backend_adapter
        self._greatest: str | None = None
        self._undated = False
        self._full = full
        # Asked before the search: what changes meanwhile is for the next run.
        self._started: str | None = self._server_time()
        self.since: str | None = None if full else self._cursor._since()

    def saw(self, changed_at: str | None) -> None:
        """Take note of the date of change of a record."""
        if changed_at is None:
            self._undated = True
        elif self._greatest is None or self._is_after(changed_at, self._greatest):
            self._greatest = changed_at

    def save(self) -> None:
        """Advance the cursor, in the transaction of the caller."""
        # Without dates, all that is known is when the search began.
        reached = self._started if self._undated else self._greatest
        if reached and self._started:
            reached = self._not_after_start(reached)
        self._cursor._advance(reached, force=self._full)

    def _server_time(self) -> str | None:
        """Return the clock of the backend, None when it has none to show."""
        server_time = getattr(self._adapter, "server_time", None)
        return server_time() if server_time else None

    def _not_after_start(self, reached: str) -> str:
        """Keep a record dated in the future from hiding all that changes before."""
        margin = timedelta(minutes=self._cursor.overlap)
        started, date = _as_date(self._started), _as_date(reached)
        if started and date and date > started + margin:
            return self._started
        return reached

    def _is_after(self, one: str, other: str) -> bool:
        """Tell which of two marks comes later; marks without order come in order."""
        date, other_date = _as_date(one), _as_date(other)
        if date and other_date:
            return date > other_date
        return True


def _as_date(value: str | None) -> datetime | None:
    try:
        return parse_datetime(value)
    except ValueError:
        return None
