# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The time by PostgreSQL's clock, the one that all hosts share.

When a job was created and when it is due are compared with what other hosts wrote. A
process learns how far its own clock is off when it loads a database and after each
commit that stored jobs, by queries it makes anyway.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Final

#: Clocks that differ by less agree: the difference is that of the way, mostly.
_TOLERANCE: Final = 1.0  # seconds

_offset = timedelta()


def learn(database: float) -> None:
    """Take note of PostgreSQL's clock, read just now.

    :param database: seconds since 1970
    """
    global _offset
    # Not time.time(): tests that freeze that one mean it to stand still.
    seconds = database - time.clock_gettime(time.CLOCK_REALTIME)
    _offset = timedelta(seconds=seconds if abs(seconds) >= _TOLERANCE else 0)


def utc_now() -> datetime:
    """Return the time as Odoo stores it: naive UTC, without microseconds."""
    return (datetime.now(UTC) + _offset).replace(tzinfo=None, microsecond=0)
