# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Tell users that jobs are over which they watch, or whose progress they see.

Done by workers between two jobs, as they have a registry; a job pays nothing for it.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Final

import psycopg2.extensions

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry

if TYPE_CHECKING:
    from ..store.control import Control

_logger = logging.getLogger(__name__)

#: A busy worker looks this often.
_INTERVAL: Final = 1.0  # seconds
#: After an error of what tells, which is no reason to run no jobs.
_PAUSE_AFTER_ERROR: Final = 60.0  # seconds


class News:
    """What the users of one database are to be told."""

    def __init__(self, dbname: str) -> None:
        self._dbname = dbname
        self._quiet_until = 0.0
        self._paused_until = 0.0

    def tell(self, control: Control, *, now: bool = False) -> None:
        """Tell what there is, unless that was looked for just before; commits.

        Raises nothing but what the control connection does.

        :param now: look although that was done just before
        """
        clock = time.monotonic()
        if clock < (self._paused_until if now else self._quiet_until):
            return
        self._quiet_until = clock + _INTERVAL
        if not control.has_news():
            return
        try:
            with Registry(self._dbname).cursor() as cr:
                api.Environment(cr, SUPERUSER_ID, {})["queue.job"]._tell_news()
        except psycopg2.extensions.TransactionRollbackError:
            _logger.debug("db %s: another worker tells the news", self._dbname)
        except Exception:
            self._paused_until = self._quiet_until = clock + _PAUSE_AFTER_ERROR
            _logger.exception(
                "db %s: users cannot be told of jobs that are over; trying again in "
                "%d seconds",
                self._dbname,
                _PAUSE_AFTER_ERROR,
            )
