# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import logging

from odoo import models

from ..core.states import JobState
from ..store import enqueue, transitions

_logger = logging.getLogger(__name__)


class QueueJob(models.Model):
    """Run jobs before all others."""

    _inherit = "queue.job"

    def button_run_now(self) -> bool:
        """Put these jobs ahead of all others, whatever their eta; those over run again.

        They still need a free place in their channel. Skipped are jobs that wait for
        others, and those that run.
        """
        self.check_access("write")
        over = (JobState.FAILED, JobState.CANCELLED, JobState.DONE)
        self.filtered(lambda job: job.state in over).requeue()
        self.flush_model()
        hurried = transitions.hurry(self.env.cr, self.ids)
        self.invalidate_recordset(["eta", "priority"])
        if hurried:
            enqueue.wake_after_commit(self.env.cr)
            _logger.info(
                "%d jobs: run now by user %s",
                len(hurried),
                self.env.uid,
                extra={"action": "job_run_now", "count": len(hurried)},
            )
        return True
