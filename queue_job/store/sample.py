# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Count in a table that may be large: exactly while it is small, then by a sample."""

from __future__ import annotations

from typing import Final, NamedTuple

from odoo.sql_db import BaseCursor
from odoo.tools import SQL

#: Read in some 10 ms.
MAX_ROWS: Final = 50_000
#: Of the engine's narrow tables; what PostgreSQL has not analysed is taken to be full.
_ROWS_PER_PAGE: Final = 130
#: Dead rows cost time as well: a table with less than this is sampled for its pages.
_LEAST_ROWS_PER_PAGE: Final = 20
_STATE: Final = """
    SELECT pg_relation_size(oid) / current_setting('block_size')::integer,
           CASE WHEN relpages > 0 AND reltuples >= 0 THEN reltuples / relpages END
      FROM pg_class WHERE oid = %s::regclass
"""


class Sample(NamedTuple):
    """Some of the rows of a table, or all."""

    #: To put after the table's alias in FROM.
    clause: SQL
    #: What a count of these rows has to be multiplied by; 1 when they are all.
    factor: float

    @property
    def is_exact(self) -> bool:
        """Return whether these are all rows."""
        return self.factor == 1

    def scale(self, count: int | None) -> int:
        """Return the estimate for the whole table."""
        return round((count or 0) * self.factor)


def sample(cr: BaseCursor, table: str, max_rows: int = MAX_ROWS) -> Sample:
    """Return how to read no more than about ``max_rows`` rows of ``table``.

    The same pages each time, so that figures do not flicker.
    """
    cr.execute(SQL(_STATE, table))
    pages, density = cr.fetchone()
    rows = pages * (_ROWS_PER_PAGE if density is None else density)
    share = min(
        1.0,
        max_rows / max(rows, 1),
        max_rows / _LEAST_ROWS_PER_PAGE / max(pages, 1),
    )
    if share == 1:
        return Sample(SQL(), 1)
    return Sample(SQL("TABLESAMPLE SYSTEM (%s) REPEATABLE (0)", share * 100), 1 / share)
