# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Tell users that jobs are over which they watch, or whose progress they see.

Done by workers between two jobs, as they have a registry; a job pays nothing for it.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Final

import psycopg2.errors

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry

if TYPE_CHECKING:
    from ..store.control import Control

_logger = logging.getLogger(__name__)

#: A busy worker looks this often.
_INTERVAL: Final = 1.0  # seconds


class News:
    """What the users of one database are to be told."""

    def __init__(self, dbname: str) -> None:
        self._dbname = dbname
        self._quiet_until = 0.0

    def tell(self, control: Control, *, now: bool = False) -> None:
        """Tell what there is, unless that was looked for just before; commits.

        :param now: look in any case
        """
        clock = time.monotonic()
        if not now and clock < self._quiet_until:
            return
        self._quiet_until = clock + _INTERVAL
        if not control.has_news():
            return
        try:
            with Registry(self._dbname).cursor() as cr:
                api.Environment(cr, SUPERUSER_ID, {})["queue.job"]._tell_news()
        except psycopg2.errors.SerializationFailure:
            _logger.debug("db %s: another worker tells the news", self._dbname)
