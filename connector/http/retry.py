# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""When a call is made again at once, instead of failing the job."""

from __future__ import annotations

import random
from dataclasses import dataclass

from urllib3.exceptions import InvalidHeader
from urllib3.util import Retry

__all__ = ["RetryPolicy", "retry_after_seconds"]

IDEMPOTENT = frozenset(("DELETE", "GET", "HEAD", "OPTIONS", "PUT"))


@dataclass(frozen=True)
class RetryPolicy:
    """How often, and how long, a call waits for a backend in trouble.

    Short on purpose: a job that is postponed frees its worker, one that sleeps does
    not. A backend that wants to wait longer than ``max_wait`` gets no other call:
    the error says when to come back.
    """

    total: int = 3  # calls after the first one
    backoff: float = 0.3  # seconds, doubled at each attempt, and up to as much again
    max_wait: float = 10.0  # seconds of one pause
    statuses: frozenset[int] = frozenset((429, 502, 503, 504))

    def wait_after_status(
        self, attempt: int, status: int, retry_after: int | None, idempotent: bool
    ) -> float | None:
        """Return the seconds to wait before the next call, None to give up.

        :param attempt: how many calls were made
        :param idempotent: the call may be repeated even if it was received
        """
        if status not in self.statuses or attempt > self.total:
            return None
        # 429 says that nothing was done: anything may be sent again.
        if status != 429 and not idempotent:
            return None
        if retry_after is None:
            return self._pause(attempt)
        return retry_after if retry_after <= self.max_wait else None

    def wait_after_error(
        self, attempt: int, received: bool, idempotent: bool
    ) -> float | None:
        """Return the seconds to wait before the next call, None to give up.

        :param received: the backend may have received the call
        """
        if attempt > self.total or (received and not idempotent):
            return None
        return self._pause(attempt)

    def _pause(self, attempt: int) -> float:
        pause = self.backoff * 2 ** (attempt - 1)
        # Workers that were stopped together must not come back together.
        spread: float = pause + random.uniform(0, pause)  # nosec B311
        return min(spread, self.max_wait)


def retry_after_seconds(header: str | None) -> int | None:
    """Return the seconds of a Retry-After header, a number or a date."""
    if not header:
        return None
    try:
        return max(0, round(Retry().parse_retry_after(header)))
    except InvalidHeader:
        return None
