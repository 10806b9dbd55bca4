# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The rules of channels, as a model in memory.

The engine follows the same rules in SQL (``store/claim.sql``), where a queue of any
length costs no memory; a test applies random operations to both and compares. Times are
numbers of seconds, ``eta`` and ``now`` alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from ..core.channels import ROOT, complete_name, parse_entries
from ..core.states import JobState
from ..exception import ChannelNotFound
from .channel_queue import ChannelJob, ChannelQueue, PriorityQueue, earliest

__all__ = [
    "Channel",
    "ChannelJob",
    "ChannelManager",
    "ChannelNotFound",
    "ChannelQueue",
    "PriorityQueue",
]

_RUNNING: Final = (JobState.ENQUEUED, JobState.STARTED)


class Channel:
    """A channel and those below it. ``capacity`` None = unlimited, 0 = nothing runs."""

    def __init__(
        self,
        name: str,
        parent: Channel | None,
        capacity: int | None = None,
        sequential: bool = False,
        throttle: float = 0,
        paused: bool = False,
    ) -> None:
        self.name = name
        self.parent = parent
        self.children: dict[str, Channel] = {}
        if parent is not None:
            parent.children[name] = self
        self._queue = ChannelQueue()
        self._running: set[ChannelJob] = set()  # here and below
        self._failed: set[ChannelJob] = set()
        self._throttled_until = 0.0
        self._set_limits(capacity, sequential, throttle, paused)

    def configure(self, config: Mapping[str, Any]) -> None:
        """Take the limits of a configuration; what it does not name is the default.

        :raises ValueError: when a sequential channel has another capacity than 1
        """
        self._set_limits(
            capacity=config.get("capacity"),
            sequential=config.get("sequential") or False,
            throttle=config.get("throttle") or 0,
            paused=config.get("paused") or False,
        )

    def _set_limits(
        self, capacity: int | None, sequential: bool, throttle: float, paused: bool
    ) -> None:
        if sequential and capacity != 1:
            raise ValueError(
                f"Channel {self.fullname!r} is sequential, so its capacity is 1, "
                f"not {capacity}."
            )
        self.capacity = capacity
        self.sequential = self._queue.sequential = bool(sequential)
        self.throttle = throttle
        self.paused = bool(paused)

    def __str__(self) -> str:
        capacity = "∞" if self.capacity is None else self.capacity
        return (
            f"{self.fullname}(C:{capacity},Q:{len(self._queue)},"
            f"R:{len(self._running)},F:{len(self._failed)})"
        )

    @property
    def fullname(self) -> str:
        """Name from ``root`` on."""
        return f"{self.parent.fullname}.{self.name}" if self.parent else self.name

    def lineage(self) -> Iterator[Channel]:
        """Iterate over this channel, its parent and so on up to root."""
        channel: Channel | None = self
        while channel is not None:
            yield channel
            channel = channel.parent

    def subtree(self) -> Iterator[Channel]:
        """Iterate over this channel and all below it."""
        yield self
        for child in self.children.values():
            yield from child.subtree()

    def get_subchannel_by_name(self, name: str) -> Channel | None:
        """Return the child called ``name``."""
        return self.children.get(name)

    # -- states of jobs --

    def set_pending(self, job: ChannelJob) -> None:
        """Note that a job waits."""
        self.remove(job)
        self._queue.add(job)

    def set_running(self, job: ChannelJob) -> None:
        """Note that a job runs, or that a worker was asked to run it."""
        self.remove(job)
        for channel in self.lineage():
            channel._running.add(job)

    def set_failed(self, job: ChannelJob) -> None:
        """Note that a job failed; it holds back a sequential channel."""
        self.remove(job)
        self._failed.add(job)

    def set_done(self, job: ChannelJob) -> None:
        """Note that a job is over."""
        self.remove(job)

    def remove(self, job: ChannelJob) -> None:
        """Forget a job."""
        self._queue.remove(job)
        self._failed.discard(job)
        for channel in self.lineage():
            channel._running.discard(job)

    # -- what may run --

    def has_capacity(self) -> bool:
        """Return whether one more job may run here, whatever the parents say."""
        return self.capacity is None or len(self._running) < self.capacity

    def is_open(self, now: float) -> bool:
        """Return whether one more job may start here or below, parents aside."""
        return not self.paused and now >= self._throttled_until and self.has_capacity()

    def head(self, now: float) -> ChannelJob | None:
        """Return the job of this very channel that may start next, if one may."""
        # A failed job holds back its own channel, not those below it.
        if self.sequential and self._failed:
            return None
        if not all(channel.is_open(now) for channel in self.lineage()):
            return None
        return self._queue.head(now)

    def start(self, job: ChannelJob, now: float) -> None:
        """Note that a job of this very channel starts at ``now``."""
        self.set_running(job)
        for channel in self.lineage():
            if channel.throttle:
                channel._throttled_until = now + channel.throttle

    def get_jobs_to_run(self, now: float) -> Iterator[ChannelJob]:
        """Iterate over the jobs that may start here and below, each marked running."""
        while heads := [
            head for channel in self.subtree() if (head := channel.head(now))
        ]:
            job = min(heads)
            job.channel.start(job, now)
            yield job

    def get_wakeup_time(self, wakeup_time: float = 0) -> float:
        """Return when time may let a job start, or ``wakeup_time``; 0 = never."""
        for channel in self.subtree():
            wakeup_time = channel._queue.get_wakeup_time(wakeup_time)
            if channel.throttle and channel._throttled_until:
                wakeup_time = earliest(wakeup_time, channel._throttled_until)
        return wakeup_time


class ChannelManager:
    """All channels, and the jobs of all databases in them."""

    def __init__(self) -> None:
        self._root = Channel(ROOT, None, capacity=1)
        self._jobs: dict[tuple[str, str], ChannelJob] = {}

    @classmethod
    def parse_simple_config(cls, config_string: str) -> list[dict[str, Any]]:
        """Return the entries of a configuration: name, capacity and options given.

        :raises ValueError: naming the entry that is wrong and how to write it
        """
        return [
            {"name": name, "capacity": config.capacity}
            | {
                key: value
                for key in ("sequential", "throttle", "paused")
                if (value := getattr(config, key))
            }
            for name, config in parse_entries(config_string)
        ]

    def simple_configure(self, config_string: str) -> None:
        """Create or change the channels of a configuration.

        :raises ValueError: naming the entry that is wrong and how to write it
        """
        for config in self.parse_simple_config(config_string):
            self.get_channel_from_config(config)

    def get_channel_from_config(self, config: Mapping[str, Any]) -> Channel:
        """Return the channel of ``config["name"]``, created if needed, configured."""
        channel = self.get_channel_by_name(config["name"], autocreate=True)
        channel.configure(config)
        return channel

    def get_channel_by_name(
        self,
        channel_name: str | None,
        autocreate: bool = False,
        parent_fallback: bool = False,
    ) -> Channel:
        """Return a channel; ``root.`` may be left out and empty means root.

        :param autocreate: create what is missing, unlimited
        :param parent_fallback: take the nearest ancestor that exists instead
        :raises ChannelNotFound: when it does not exist and neither is asked for
        """
        channel = self._root
        for name in complete_name(channel_name or "").split(".")[1:]:
            child = channel.get_subchannel_by_name(name)
            if child is None:
                if parent_fallback:
                    return channel
                if not autocreate:
                    raise ChannelNotFound(
                        f"Channel {channel_name!r} is not configured; below "
                        f"{channel.fullname!r} there are {sorted(channel.children)}."
                    )
                child = Channel(name, channel)
            channel = child
        return channel

    def notify(
        self,
        db_name: str,
        channel_name: str | None,
        uuid: str,
        seq: int,
        date_created: Any,
        priority: int,
        eta: float | None,
        state: str,
    ) -> None:
        """Take note of a job as it is now in its database."""
        channel = self.get_channel_by_name(channel_name, parent_fallback=True)
        job = ChannelJob(db_name, channel, uuid, seq, date_created, priority, eta)
        self._forget((db_name, uuid))
        if state == JobState.PENDING:
            channel.set_pending(job)
        elif state in _RUNNING:
            channel.set_running(job)
        elif state == JobState.FAILED:
            channel.set_failed(job)
        else:
            return
        self._jobs[db_name, uuid] = job

    def remove_job(self, uuid: str, db_name: str | None = None) -> None:
        """Forget a job; without a database, that of every database with this uuid."""
        for key in [
            key for key in self._jobs if key[1] == uuid and db_name in (None, key[0])
        ]:
            self._forget(key)

    def remove_db(self, db_name: str) -> None:
        """Forget the jobs of a database."""
        for key in [key for key in self._jobs if key[0] == db_name]:
            self._forget(key)

    def _forget(self, key: tuple[str, str]) -> None:
        if job := self._jobs.pop(key, None):
            job.channel.remove(job)

    def get_jobs_to_run(self, now: float) -> Iterator[ChannelJob]:
        """Iterate over the jobs that may start at ``now``, each marked running."""
        return self._root.get_jobs_to_run(now)

    def get_wakeup_time(self) -> float:
        """Return when time alone may let a job start; 0 = never."""
        return self._root.get_wakeup_time()
