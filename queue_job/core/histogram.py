# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Durations counted in buckets, so that those of many workers can be added up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

#: Upper bound of the first bucket.
_FIRST: Final = 0.001  # seconds
#: Each bucket is this many times as wide as the one before: a quantile is off by a
#: fifth at most, and 60 buckets reach from a millisecond to nine days.
_GROWTH: Final = math.sqrt(2)
_LAST: Final = 60


def bucket_of(seconds: float) -> int:
    """Return the number of the bucket a duration is counted in."""
    if seconds <= _FIRST:
        return 0
    return min(_LAST, math.ceil(math.log(seconds / _FIRST, _GROWTH) - 1e-9))


def upper_bound(bucket: int) -> float:
    """Return the longest duration that a bucket counts, in seconds."""
    return _FIRST * _GROWTH**bucket


def quantile(counts: Sequence[int], share: float) -> float | None:
    """Return the duration that ``share`` of those counted do not exceed, in seconds.

    :param share: 0.95 for the 95th percentile
    :return: interpolated inside its bucket; None when nothing was counted
    """
    rank = share * sum(counts)
    below = 0
    for bucket, count in enumerate(counts):
        if count and below + count >= rank:
            lower = upper_bound(bucket - 1) if bucket else 0.0
            return lower + (upper_bound(bucket) - lower) * (rank - below) / count
        below += count
    return None
