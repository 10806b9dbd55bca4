# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Set the selected jobs to done."""

from __future__ import annotations

from typing import Any

from odoo import models

from ..core.states import JobEvent


class QueueJobsToDone(models.TransientModel):
    """Asks before it sets the jobs selected in the list to done."""

    _name = "queue.jobs.to.done"
    _inherit = "queue.requeue.job"
    _description = "Wizard to set a selection of jobs to done"

    _event = JobEvent.SET_DONE

    def set_done(self) -> dict[str, Any]:
        """Declare those of the jobs done that did not begin, or failed."""
        self.job_ids.button_done()
        return {"type": "ir.actions.act_window_close"}
