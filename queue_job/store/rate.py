# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Rates shared by all workers and hosts: so many calls of a key per period.

For whatever must not be done too often, inside jobs and outside::

    wait = rate.take(self.env, f"shop {backend.id}", rate=40, period=60, patience=5)
    if wait > 5:
        raise RetryableJobError("the shop's rate is used up", seconds=wait)
    time.sleep(wait)
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from odoo.modules.registry import Registry
from odoo.sql_db import BaseCursor, Cursor
from odoo.tools import SQL

if TYPE_CHECKING:
    from odoo.api import Environment


def take(
    source: Environment | BaseCursor,
    key: str,
    rate: float,
    period: float = 1.0,
    burst: int = 1,
    patience: float = math.inf,
) -> float:
    """Take the next token of ``key``, first come, first served.

    Commits, in a short transaction of its own: that of the caller is not touched, and
    its rollback gives no token back.

    :param source: tells the database
    :param rate: tokens per period
    :param period: seconds
    :param burst: tokens that can be used at once after a pause
    :param patience: seconds; nothing is taken when the wait would be longer
    :return: seconds to wait before using the token, 0.0 for none; more than
        ``patience``: there is no token, the next one is due then
    :raises ValueError: when rate or period are not above 0, or burst is not 1 or more
    """
    if not (rate > 0 and period > 0 and burst >= 1):
        raise ValueError(
            f"Rate {key!r}: {rate} tokens per {period} s, burst {burst}: give a rate "
            "and a period above 0 and a burst of 1 or more."
        )
    query = SQL(
        "SELECT queue_job_take_token(%s, %s, %s, %s)",
        *(key, period / rate, burst, patience),
    )
    with _transaction(source) as cr:
        cr.execute(query)
        return cr.fetchone()[0]


def close(source: Environment | BaseCursor, key: str, seconds: float) -> None:
    """Give out no token of ``key`` for some seconds, as an HTTP 429 asks for.

    Commits, in a short transaction of its own. Tokens given out before stay good.

    :param source: tells the database
    """
    with _transaction(source) as cr:
        cr.execute(SQL("SELECT queue_job_close_rate(%s, %s)", key, seconds))


@contextmanager
def _transaction(source: Environment | BaseCursor) -> Iterator[BaseCursor]:
    cr = source if isinstance(source, BaseCursor) else source.cr
    with Registry(cr.dbname).cursor() as own:
        # The cursor of a test stands inside the test's transaction: that one is set.
        if isinstance(own, Cursor):
            own.execute(
                "SET TRANSACTION ISOLATION LEVEL READ COMMITTED;"
                " SET LOCAL synchronous_commit = off"
            )
        yield own
