# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which databases are served."""

from __future__ import annotations

import time
from typing import Final

from odoo.service.db import list_dbs
from odoo.tools import config

#: New databases are looked for this often.
_LIST_INTERVAL: Final = 30.0  # seconds


class Databases:
    """Names of the databases to serve: those given, else Odoo's, else all visible.

    ``dbfilter`` is about the web client and is ignored on purpose.
    """

    def __init__(self, names: list[str] | None = None) -> None:
        self._fixed = names or list(config["db_name"])
        self._listed: list[str] = []
        self._listed_at = float("-inf")

    def names(self) -> list[str]:
        """Return the names; new databases appear within ``_LIST_INTERVAL``."""
        if self._fixed:
            return self._fixed
        now = time.monotonic()
        if now - self._listed_at >= _LIST_INTERVAL:
            self._listed = list_dbs(force=True)
            self._listed_at = now
        return self._listed
