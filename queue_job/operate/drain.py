# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""``odoo queue_job drain``: no job starts any more, those that run may end."""

from __future__ import annotations

import select
import time
from collections.abc import Mapping
from typing import Any, Final

from ..store.connection import connect

_LOOK_INTERVAL: Final = 0.5  # seconds
_SET_PAUSED: Final = """
    UPDATE queue_job_channel SET paused = %s WHERE complete_name = 'root'
"""


def drain(parameters: Mapping[str, Any], timeout: float | None) -> int:
    """Pause the root channel and wait until no job runs, on any host.

    The pause stays until :func:`resume` or the channel's switch ends it.

    :return: 0, or the number of jobs that still run after ``timeout`` seconds
    """
    deadline = None if timeout is None else time.monotonic() + timeout
    connection = connect(parameters, "drain")
    try:
        with connection.cursor() as cursor:
            cursor.execute(_SET_PAUSED, (True,))
            while running := _running(cursor):
                if deadline is not None and time.monotonic() > deadline:
                    return running
                select.select([connection], [], [], _LOOK_INTERVAL)
                connection.poll()
    finally:
        connection.close()
    return 0


def resume(parameters: Mapping[str, Any]) -> None:
    """Let jobs start again."""
    connection = connect(parameters, "drain")
    try:
        with connection.cursor() as cursor:
            cursor.execute(_SET_PAUSED, (False,))
    finally:
        connection.close()


def _running(cursor: Any) -> int:
    cursor.execute("SELECT count(*) FROM queue_job_lease")
    return cursor.fetchone()[0]
