# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is seen of a queue under load: rates, tables, memory, all the while."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import psutil
import psycopg2

#: Between two looks; each costs PostgreSQL a millisecond.
_PAUSE: Final = 2.0  # seconds
_LOOK: Final = """
    SELECT (SELECT COALESCE(max(id), 0) FROM chaos_ledger),
           pg_total_relation_size('queue_job_ready'),
           pg_total_relation_size('queue_job_slot')
"""
#: What grows with the jobs, then what must not.
_TABLES: Final = (
    *("queue_job", "chaos_ledger", "queue_job_dependency"),
    *("queue_job_ready", "queue_job_slot", "queue_job_parked", "queue_job_outbox"),
)
TABLE_HEADER: Final = ("table", "rows", "MB with indexes", "dead %", "free %")
_SIZES: Final = """
    SELECT dead_tuple_percent, free_percent, tuple_count, pg_total_relation_size(%s)
      FROM pgstattuple(%s)
"""


@dataclass(frozen=True, slots=True)
class Look:
    """One look."""

    #: Monotonic.
    seconds: float
    #: Jobs whose effect was committed; a few more, as numbers of a sequence get lost.
    effects: int
    ready_bytes: int
    slot_bytes: int
    #: Of each worker process.
    resident_bytes: tuple[int, ...]


class Watch(threading.Thread):
    """Looks again and again, as far as PostgreSQL answers."""

    def __init__(
        self, connect: Callable[[], Any], pids: Callable[[], Iterable[int]]
    ) -> None:
        super().__init__(daemon=True)
        self._connect = connect
        self._pids = pids
        self._over = threading.Event()
        self.looks: list[Look] = []

    def run(self) -> None:
        """Look until it is over."""
        connection = None
        while not self._over.wait(_PAUSE):
            try:
                connection = connection or self._connect()
                with connection.cursor() as cursor:
                    cursor.execute(_LOOK)
                    effects, ready, slots = cursor.fetchone()
                resident = tuple(map(_resident, self._pids()))
            except psycopg2.Error:
                connection = None
                continue
            except psutil.NoSuchProcess:
                continue
            self.looks.append(Look(time.monotonic(), effects, ready, slots, resident))

    @contextmanager
    def watching(self) -> Iterator[Watch]:
        """Look during the block."""
        self.start()
        try:
            yield self
        finally:
            self._over.set()
            self.join()

    def rates(self, seconds: float = 60.0) -> list[float]:
        """Return the jobs per second of each period, the last one as far as it goes."""
        rates = []
        first = self.looks[0]
        for look in self.looks[1:]:
            elapsed = look.seconds - first.seconds
            if elapsed >= seconds or look is self.looks[-1]:
                rates.append((look.effects - first.effects) / elapsed)
                first = look
        return rates

    def largest(self) -> list[tuple[str, float]]:
        """Return the most MB that the tables of what waits and runs ever had."""
        ready = max(look.ready_bytes for look in self.looks)
        slots = max(look.slot_bytes for look in self.looks)
        return [("queue_job_ready", ready / 1e6), ("queue_job_slot", slots / 1e6)]

    def resident_megabytes(self, since: float) -> float:
        """Return the median memory of a worker in a quarter of the time.

        :param since: part of the time after which the quarter begins
        """
        first = int(since * len(self.looks))
        quarter = self.looks[first : first + max(1, len(self.looks) // 4)]
        each = [size for look in quarter for size in look.resident_bytes]
        return statistics.median(each) / 1e6


def table_sizes(database: Any) -> list[tuple[str, ...]]:
    """Return a row for each table; needs the extension pgstattuple."""
    rows: list[tuple[str, ...]] = []
    for table in _TABLES:
        [(dead, free, rows_left, size)] = database.rows(_SIZES, table, table)
        rows.append(
            (table, f"{rows_left}", f"{size / 1e6:.1f}", f"{dead:.1f}", f"{free:.1f}")
        )
    return rows


def _resident(pid: int) -> int:
    size: int = psutil.Process(pid).memory_info().rss
    return size
