# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Cancel the selected jobs."""

from __future__ import annotations

from typing import Any

from odoo import models

from ..core.states import JobEvent


class QueueJobsToCancelled(models.TransientModel):
    """Asks before it cancels the jobs selected in the list."""

    _name = "queue.jobs.to.cancelled"
    _inherit = "queue.requeue.job"
    _description = "Wizard to cancel a selection of jobs"

    _event = JobEvent.CANCEL

    def set_cancelled(self) -> dict[str, Any]:
        """Cancel those of the jobs that did not begin, or failed."""
        self.job_ids.button_cancelled()
        return {"type": "ir.actions.act_window_close"}
