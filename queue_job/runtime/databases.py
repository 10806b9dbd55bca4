# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which databases are served."""

from __future__ import annotations

import logging
import time
from typing import Final

import psycopg2

from odoo.service.db import list_dbs
from odoo.tools import config

_logger = logging.getLogger(__name__)

#: New databases are looked for this often.
_LIST_INTERVAL: Final = 30.0  # seconds
#: A server that could not be asked is asked again this often.
_RETRY_INTERVAL: Final = 1.0  # seconds


class Databases:
    """Names of the databases to serve: those given, else Odoo's, else all visible.

    ``dbfilter`` is about the web client and is ignored on purpose.
    """

    def __init__(self, names: list[str] | None = None) -> None:
        self._fixed = names or list(config["db_name"])
        self._listed: list[str] = []
        self._list_at = float("-inf")

    def names(self) -> list[str]:
        """Return the names; new databases appear within ``_LIST_INTERVAL``.

        While PostgreSQL is away the names stay what they were.
        """
        if self._fixed:
            return self._fixed
        now = time.monotonic()
        if now >= self._list_at:
            try:
                self._listed = list_dbs(force=True)
                self._list_at = now + _LIST_INTERVAL
            except psycopg2.OperationalError as error:
                _logger.warning("cannot list the databases, trying again: %s", error)
                self._list_at = now + _RETRY_INTERVAL
        return self._listed
