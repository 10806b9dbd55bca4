# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Clients kept from job to job, so that connections are too."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager

from .client import HttpClient

__all__ = ["ClientPool", "client_pool"]


class ClientPool:
    """Idle clients of a process, by backend.

    A client is used by one thread at a time. One whose settings are not those of
    the backend any more is closed.
    """

    def __init__(
        self,
        max_idle: int = 4,
        max_age: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._max_idle = max_idle
        self._max_age = max_age
        self._clock = clock
        self._lock = threading.Lock()
        self._idle: dict[Hashable, list[tuple[float, HttpClient]]] = {}

    @contextmanager
    def lease(
        self, key: Hashable, factory: Callable[[], HttpClient | None]
    ) -> Iterator[HttpClient | None]:
        """Yield a client like the one ``factory`` makes, with open connections."""
        wanted = factory()
        if wanted is None:
            yield None
            return
        client = self._take(key, wanted)
        try:
            yield client
        except BaseException:
            client.close()  # nobody knows in which state it is
            raise
        self._give_back(key, client)

    def _take(self, key: Hashable, wanted: HttpClient) -> HttpClient:
        limit = self._clock() - self._max_age
        with self._lock:
            idle = self._idle.pop(key, [])
            alike = [
                item
                for item in idle
                if item[0] > limit and item[1].settings == wanted.settings
            ]
            chosen = alike.pop()[1] if alike else wanted
            if alike:
                self._idle[key] = alike
        for item in idle:
            if item[1] is not chosen and item not in alike:
                item[1].close()
        return chosen

    def _give_back(self, key: Hashable, client: HttpClient) -> None:
        with self._lock:
            idle = self._idle.setdefault(key, [])
            if len(idle) < self._max_idle:
                idle.append((self._clock(), client))
                return
        client.close()


#: the pool of this process
client_pool = ClientPool()
