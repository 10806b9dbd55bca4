# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The position of a job that works in chunks."""

from __future__ import annotations

from typing import Final

from odoo.sql_db import BaseCursor
from odoo.tools import SQL

from ..fields import EncodedJson

_SAVE: Final = """
    UPDATE queue_job SET position = COALESCE(%s::jsonb, position), retry = 0
     WHERE id = %s
"""
_MUST_MAKE_ROOM: Final = """
    SELECT EXISTS (
               SELECT FROM queue_job_lane AS lane
                 JOIN queue_job_lane AS above ON above.id = ANY(lane.path)
                WHERE lane.id = queue_job_lane_for(%s) AND above.paused)
        OR EXISTS (
               SELECT FROM ir_module_module
                WHERE state IN ('to install', 'to upgrade', 'to remove'))
"""


def save_position(cr: BaseCursor, job_id: int, position: EncodedJson | None) -> None:
    """Write how far a job has come, in the caller's transaction; None = no further.

    The attempts made before do not count any more: the job gets on.
    """
    cr.execute(SQL(_SAVE, position.text if position else None, job_id))


def must_make_room(cr: BaseCursor, channel: str | None) -> bool:
    """Return whether jobs have to pause: their channel does, or modules change."""
    cr.execute(SQL(_MUST_MAKE_ROOM, channel))
    return cr.fetchone()[0]
