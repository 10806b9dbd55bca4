# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The waiting jobs of one channel, in the order in which they may run."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from .channels import Channel


class _Comparable(Protocol):
    def __lt__(self, other: Any, /) -> bool: ...


class PriorityQueue:
    """A sorted set: adding twice and removing what is absent change nothing."""

    def __init__(self) -> None:
        self._items: list[Any] = []

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._items)

    def __getitem__(self, index: int) -> Any:
        return self._items[index]

    def __contains__(self, item: _Comparable) -> bool:
        return self._find(item)[1]

    def _find(self, item: _Comparable) -> tuple[int, bool]:
        """Return where ``item`` is or belongs, and whether it is there."""
        index = bisect_left(self._items, item)
        return index, index < len(self._items) and self._items[index] == item

    def add(self, item: _Comparable) -> None:
        """Add an item at its place."""
        index, found = self._find(item)
        if not found:
            self._items.insert(index, item)

    def remove(self, item: _Comparable) -> None:
        """Remove an item if it is there."""
        index, found = self._find(item)
        if found:
            del self._items[index]

    def pop(self) -> Any:
        """Remove and return the smallest item; None when there is none."""
        return self._items.pop(0) if self._items else None


@dataclass(frozen=True, slots=True, eq=False)
class ChannelJob:
    """A job as the scheduler sees it; the same job when database and uuid are."""

    db_name: str
    channel: Channel
    uuid: str
    #: Id of the job: order of creation within one ``date_created``.
    seq: int
    #: Anything that compares; the same kind for all jobs.
    date_created: Any
    #: The smallest runs first.
    priority: int
    #: Seconds; None or 0 = now.
    eta: float | None = None

    @property
    def key(self) -> tuple[Any, ...]:
        """What jobs that may run now are sorted by; databases break the ties."""
        return (self.priority, self.date_created, self.seq, self.db_name, self.uuid)

    def __lt__(self, other: ChannelJob) -> bool:
        return self.key < other.key

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ChannelJob) and self._identity == other._identity

    def __hash__(self) -> int:
        return hash(self._identity)

    @property
    def _identity(self) -> tuple[str, str]:
        return self.db_name, self.uuid


class ChannelQueue:
    """The waiting jobs of one channel: those that may run and those that may not yet.

    ``sequential``: a job whose time is not come holds back those that come after it.
    """

    def __init__(self, sequential: bool = False) -> None:
        self.sequential = sequential
        self._ready = PriorityQueue()
        self._scheduled = PriorityQueue()  # of (eta, job)

    def __len__(self) -> int:
        return len(self._ready) + len(self._scheduled)

    def __iter__(self) -> Iterator[ChannelJob]:
        yield from (job for _eta, job in self._scheduled)
        yield from self._ready

    def __contains__(self, job: ChannelJob) -> bool:
        return job in self._ready or (job.eta, job) in self._scheduled

    def add(self, job: ChannelJob) -> None:
        """Add a job; until its ``eta`` it waits aside."""
        if job.eta:
            self._scheduled.add((job.eta, job))
        else:
            self._ready.add(job)

    def remove(self, job: ChannelJob) -> None:
        """Remove a job if it is there."""
        self._ready.remove(job)
        if job.eta:
            self._scheduled.remove((job.eta, job))

    def head(self, now: float) -> ChannelJob | None:
        """Return the job that may run first, if one may run at ``now``."""
        while self._scheduled and self._scheduled[0][0] <= now:
            self._ready.add(self._scheduled.pop()[1])
        if not self._ready:
            return None
        first = self._ready[0]
        if self.sequential and any(job < first for _eta, job in self._scheduled):
            return None
        return first

    def pop(self, now: float) -> ChannelJob | None:
        """Remove and return the job that may run first, if one may run at ``now``."""
        job = self.head(now)
        if job is not None:
            self._ready.remove(job)
        return job

    def get_wakeup_time(self, wakeup_time: float = 0) -> float:
        """Return the first ``eta`` or ``wakeup_time``, the sooner one; 0 = never."""
        if not self._scheduled:
            return wakeup_time
        return earliest(wakeup_time, self._scheduled[0][0])


def earliest(time: float, other: float) -> float:
    """Return the sooner of two times, of which the first may be 0 for never."""
    return min(time, other) if time else other
