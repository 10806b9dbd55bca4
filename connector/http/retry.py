# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""When a call is made again at once, instead of failing the job."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from urllib3.exceptions import MaxRetryError
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

    total: int = 3
    backoff: float = 0.3  # seconds, doubled at each attempt
    max_wait: float = 10.0  # seconds of one pause
    statuses: frozenset[int] = frozenset((429, 502, 503, 504))

    def build(self, idempotent: bool = False) -> Retry:
        """Return the policy for urllib3.

        :param idempotent: the calls may be repeated whatever their method
        """
        return _BoundedRetry(
            total=self.total,
            backoff_factor=self.backoff,
            backoff_max=self.max_wait,
            backoff_jitter=self.backoff,
            status_forcelist=self.statuses,
            allowed_methods=None if idempotent else IDEMPOTENT,
            redirect=0,
            raise_on_status=False,
            raise_on_redirect=False,
            max_wait=self.max_wait,
        )


class _BoundedRetry(Retry):
    """Retry that refuses to sleep longer than ``max_wait``."""

    def __init__(self, *args: Any, max_wait: float = 10.0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._max_wait = max_wait

    def new(self, **kwargs: Any) -> _BoundedRetry:
        """Return a copy with less attempts left."""
        return super().new(max_wait=self._max_wait, **kwargs)

    def is_retry(
        self, method: str, status_code: int, has_retry_after: bool = False
    ) -> bool:
        """Retry also what was refused before anything was done with it."""
        if status_code == 429:
            return bool(self.total)
        return super().is_retry(method, status_code, has_retry_after)

    def increment(self, *args: Any, **kwargs: Any) -> Retry:
        """Give up when the backend wants to wait too long."""
        response = kwargs.get("response")
        if response is not None:
            wait = self.get_retry_after(response)
            if wait is not None and wait > self._max_wait:
                pool, url = kwargs.get("_pool"), args[1] if len(args) > 1 else None
                raise MaxRetryError(pool, url)
        return super().increment(*args, **kwargs)


def retry_after_seconds(header: str | None) -> int | None:
    """Return the seconds of a Retry-After header, a number or a date."""
    if not header:
        return None
    try:
        seconds = Retry().parse_retry_after(header)
    except Exception:  # urllib3 has its own exception for an invalid header
        return None
    return max(0, int(seconds + 0.999))
