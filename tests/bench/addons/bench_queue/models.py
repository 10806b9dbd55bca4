# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import time

from odoo import api, models


class BenchQueue(models.AbstractModel):
    """Jobs whose cost is that of the queue."""

    _name = "bench.queue"
    _description = "Jobs That Do Nothing"

    @api.model
    def noop(self) -> None:
        """Do nothing."""
        return None

    @api.model
    def clock(self) -> str:
        """Return when the first line of the method ran, in seconds since 1970."""
        return repr(time.time())
