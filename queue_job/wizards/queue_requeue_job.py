# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Requeue the selected jobs."""

from __future__ import annotations

from typing import Any

from odoo import api, fields, models

from ..core.states import JobEvent, sources


class QueueRequeueJob(models.TransientModel):
    """Asks before it requeues the jobs selected in the list."""

    _name = "queue.requeue.job"
    _description = "Wizard to requeue a selection of jobs"

    #: What happens to the jobs.
    _event = JobEvent.REQUEUE

    job_ids = fields.Many2many(
        "queue.job", string="Jobs", default=lambda self: self._default_job_ids()
    )
    concerned_count = fields.Integer(compute="_compute_counts")
    skipped_count = fields.Integer(compute="_compute_counts")

    @api.model
    def _default_job_ids(self) -> models.BaseModel:
        if self.env.context.get("active_model", "queue.job") != "queue.job":
            return self.env["queue.job"]
        return self.env["queue.job"].browse(self.env.context.get("active_ids") or ())

    @api.depends("job_ids.state")
    def _compute_counts(self) -> None:
        states = [state.value for state in sources(self._event)]
        for wizard in self:
            concerned = wizard.job_ids.filtered(lambda job: job.state in states)
            wizard.concerned_count = len(concerned)
            wizard.skipped_count = len(wizard.job_ids) - len(concerned)

    def requeue(self) -> dict[str, Any]:
        """Run again those of the jobs that are over."""
        self.job_ids.requeue()
        return {"type": "ir.actions.act_window_close"}
