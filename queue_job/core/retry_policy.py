# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What an exception means for a job, and growing waits between its attempts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from .retry import Delay

_NAME: Final = re.compile(r"^[A-Za-z_][\w.]*$")


class Verdict(StrEnum):
    """What to do with a job that raised."""

    #: Try again later, as long as attempts are left.
    RETRY = "retry"
    #: Fail at once.
    FAIL = "fail"
    #: It has nothing to do any more: done, with the message as result.
    DISCARD = "discard"


class ExceptionNamesError(ValueError):
    """A list of exceptions is not made of names."""


def parse_exception_names(text: str | None) -> frozenset[str]:
    """Return the names of a text, separated by commas, white space or newlines.

    :raises ExceptionNamesError: naming what is no name of an exception
    """
    names = (
        frozenset(re.split(r"[,\s]+", text.strip())) if text and text.strip() else ()
    )
    for name in names:
        if not _NAME.match(name):
            raise ExceptionNamesError(
                f"{name!r} is no name of an exception; write ConnectionError, or with "
                "its module requests.exceptions.ConnectionError."
            )
    return frozenset(names)


@dataclass(frozen=True, slots=True)
class Backoff:
    """Waits that grow by a factor from attempt to attempt, up to a cap."""

    #: Seconds after the first attempt; 0 = no backoff.
    base: int = 0
    factor: float = 2.0
    #: Seconds at the most.
    cap: int = 3600
    #: Share of the wait that is random, 0 to 1, so that jobs do not return together.
    jitter: float = 0.5

    def __bool__(self) -> bool:
        return self.base > 0

    def delay(self, retry: int) -> Delay:
        """Return the bounds, in seconds, of the wait after attempt number ``retry``."""
        # The exponent is bounded: a float overflows after some thousand attempts.
        growth = self.factor ** min(max(retry - 1, 0), 64)
        longest = min(self.cap, round(self.base * growth))
        return round(longest * (1 - self.jitter)), longest


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How one job function treats exceptions that do not say so themselves."""

    backoff: Backoff = field(default_factory=Backoff)
    retry_on: frozenset[str] = frozenset()
    fail_on: frozenset[str] = frozenset()
    discard_on: frozenset[str] = frozenset()

    def verdict(self, error: BaseException) -> Verdict | None:
        """Return what the lists say about an exception, by its class or a base class.

        The class nearest to the exception's decides; None when no list names one.
        """
        for cls in type(error).__mro__:
            names = {cls.__name__, f"{cls.__module__}.{cls.__qualname__}"}
            for verdict, listed in self._lists():
                if names & listed:
                    return verdict
        return None

    def _lists(self) -> Iterable[tuple[Verdict, frozenset[str]]]:
        yield Verdict.FAIL, self.fail_on
        yield Verdict.DISCARD, self.discard_on
        yield Verdict.RETRY, self.retry_on
