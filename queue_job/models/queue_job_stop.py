# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import logging

from odoo import models
from odoo.tools import SQL

from ..core.states import JobEvent

_logger = logging.getLogger(__name__)


class QueueJobStop(models.Model):
    """Stop jobs that run."""

    _inherit = "queue.job"

    def button_stop(self) -> bool:
        """Ask the workers to stop these jobs; those that do not run are skipped.

        They stop within a second or two: their query is cancelled, their Python code is
        interrupted, what they did is rolled back, and they end as cancelled. Takes
        effect when the caller's transaction commits.

        :raises AccessError: when one of them is neither managed by the user nor theirs
        """
        jobs = self._allowed(JobEvent.CANCEL_RUNNING)
        reason = self.env._("Stopped by %s while it ran", self.env.user.name)
        self.env.cr.execute(
            SQL("SELECT queue_job_request_cancel(%s, %s)", list(jobs.ids), reason)
        )
        (asked,) = self.env.cr.fetchone()
        _logger.info("user %s stops %s running jobs", self.env.uid, asked)
        return True
