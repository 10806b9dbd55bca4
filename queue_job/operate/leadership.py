# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Final

from odoo.sql_db import BaseCursor
from odoo.tools import SQL

from ..store.control import LEADER_LOCK

#: Takes the key of the leader's lock.
HAS_LEADER: Final = """
    SELECT EXISTS (
        SELECT FROM pg_locks
         WHERE locktype = 'advisory' AND granted AND objsubid = 1
           AND (classid::bigint << 32 | objid::bigint) = %s
           AND database = (SELECT oid FROM pg_database
                            WHERE datname = current_database()))
"""


def has_leader(cr: BaseCursor) -> bool:
    """Return whether a process leads the database: jobs of the dead are rescued."""
    cr.execute(SQL(HAS_LEADER, LEADER_LOCK))
    return cr.fetchone()[0]
