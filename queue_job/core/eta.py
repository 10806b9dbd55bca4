# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""When a job may start, from what people write as ``eta``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TypeAlias

#: Seconds from now, a delta from now, a UTC datetime; falsy = as soon as possible.
Eta: TypeAlias = int | float | timedelta | datetime | None


def parse_eta(value: Eta, now: datetime) -> datetime | None:
    """Return the naive UTC datetime meant by ``value``, or None.

    An aware datetime is converted to UTC.

    :raises TypeError: when it is none of the accepted kinds
    :raises ValueError: when there is no such time
    """
    if not value:
        return None
    try:
        if isinstance(value, datetime):
            return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
        if isinstance(value, timedelta):
            return now + value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return now + timedelta(seconds=value)
    except (OverflowError, ValueError) as err:
        raise ValueError(f"eta {value!r} is out of range: {err}.") from err
    raise TypeError(
        f"eta {value!r} is a {type(value).__name__}: give seconds from now, a "
        "timedelta from now, or a UTC datetime."
    )
