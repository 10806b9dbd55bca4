# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""When a job is tried again: attempts left, seconds to wait, retry patterns."""

from __future__ import annotations

import ast
import random
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

DEFAULT_MAX_RETRIES: Final = 5
RETRY_INTERVAL: Final = 10 * 60  # seconds
PG_RETRY: Final = 5  # seconds, after a PostgreSQL concurrency error

#: Seconds, or a (min, max) range of seconds to draw from.
Delay: TypeAlias = int | tuple[int, int]
#: ``{from_try: delay}``
RetryPattern: TypeAlias = dict[int, Delay]

_EXAMPLE = "a retry pattern looks like {1: 10, 5: (60, 120)}"


class RetryPatternError(ValueError):
    """The retry pattern is not ``{attempt: seconds or (min, max)}``."""


def may_retry(retry: int, max_retries: int) -> bool:
    """Return whether another attempt follows attempt number ``retry``.

    ``max_retries`` 0 means for ever.
    """
    return max_retries == 0 or retry < max_retries


def parse_retry_pattern(value: Any) -> RetryPattern:
    """Return the checked pattern for a dict, its JSON form or an empty value.

    :raises RetryPatternError: naming the entry that is wrong
    """
    if not value:
        return {}
    if not isinstance(value, Mapping):
        raise RetryPatternError(f"Retry pattern {value!r} is not a dict; {_EXAMPLE}.")
    return {
        _parse_attempt(key): _parse_delay(key, delay) for key, delay in value.items()
    }


def parse_retry_pattern_text(text: str | None) -> RetryPattern:
    """Return the checked pattern written as a Python literal.

    :raises RetryPatternError: also when the text is not a literal
    """
    if not text or not text.strip():
        return {}
    try:
        value = ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError) as err:
        raise RetryPatternError(
            f"Retry pattern {text!r} is not a Python literal; {_EXAMPLE}."
        ) from err
    return parse_retry_pattern(value)


def retry_delay(pattern: Mapping[int, Delay] | None, retry: int) -> Delay:
    """Return the delay that ``pattern`` gives after attempt number ``retry``.

    That is the value of the greatest key <= ``retry``, else ``RETRY_INTERVAL``.
    """
    keys = [key for key in pattern or () if key <= retry]
    return pattern[max(keys)] if pattern and keys else RETRY_INTERVAL


def draw_seconds(delay: Delay | list[int] | float) -> int:
    """Return seconds: ``delay`` itself, or a random number inside its range."""
    if isinstance(delay, tuple | list):
        low, high = delay
        return random.randint(int(low), int(high))  # nosec B311
    return int(delay)


def retry_seconds(
    pattern: Mapping[int, Delay] | None,
    retry: int,
    seconds: Delay | list[int] | float | None = None,
) -> int:
    """Return the seconds to wait after attempt ``retry``; ``seconds`` wins if given."""
    return draw_seconds(retry_delay(pattern, retry) if seconds is None else seconds)


def _parse_attempt(key: Any) -> int:
    try:
        attempt = int(key) if not isinstance(key, bool | float) else -1
    except (TypeError, ValueError):
        attempt = -1
    if attempt < 0:
        raise RetryPatternError(
            f"Retry pattern key {key!r} is not an attempt number; {_EXAMPLE}."
        )
    return attempt


def _parse_delay(key: Any, delay: Any) -> Delay:
    if _is_seconds(delay):
        return int(delay)
    if (
        isinstance(delay, tuple | list)
        and len(delay) == 2
        and all(_is_seconds(bound) for bound in delay)
        and delay[0] <= delay[1]
    ):
        return (delay[0], delay[1])
    raise RetryPatternError(
        f"Retry pattern value {delay!r} of key {key!r} is neither seconds "
        f"nor (min, max) seconds; {_EXAMPLE}."
    )


def _is_seconds(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
