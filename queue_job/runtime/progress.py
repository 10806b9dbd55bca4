# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Show the progress of a job to others while it runs.

On a cursor of its own: what the job did is not committed yet, and its own row must not
be written while it runs.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Final

import psycopg2
from psycopg2.pool import PoolError

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry

if TYPE_CHECKING:
    from ..core.progress import Progress

_logger = logging.getLogger(__name__)

#: People do not read faster, and each report is a transaction.
_INTERVAL: Final = 1.0  # seconds


class ProgressReporter:
    """Called with each progress of one job; writes some of them."""

    def __init__(self, dbname: str, job_id: int) -> None:
        self._dbname = dbname
        self._job_id = job_id
        self._quiet_until = 0.0

    def __call__(self, progress: Progress) -> None:
        """Write the progress, unless that was done just before; commits.

        Never raises: a job does not fail because nobody sees how far it is.
        """
        now = time.monotonic()
        if now < self._quiet_until and not progress.is_complete:
            return
        self._quiet_until = now + _INTERVAL
        try:
            with Registry(self._dbname).cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                env["queue.job"].browse(self._job_id)._report_progress(progress)
        except (psycopg2.Error, PoolError) as error:
            _logger.warning(
                "job %s: its progress could not be shown: %s", self._job_id, error
            )
