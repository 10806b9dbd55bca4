# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From a job to the records it works on."""

from __future__ import annotations

from typing import Any, Self

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..job import Job


class QueueJobRelatedMixin(models.AbstractModel):
    """The "Related" button of a job, configured by its job function."""

    _name = "queue.job.related.mixin"
    _description = "Queue Job Related Action Mixin"

    record_ids = fields.Json(
        compute="_compute_record_ids", groups="queue_job.group_queue_job_manager"
    )

    @api.depends("records")
    def _compute_record_ids(self) -> None:
        """List the ids of ``records`` (related actions of versions 10 to 13)."""
        for job in self:
            job.record_ids = job.records.ids if job.records is not False else []

    @api.private
    def db_record(self) -> Self:
        """Return the record: what ``with_delay`` returned may be a Job or a record."""
        return self

    def open_related_action(self) -> dict[str, Any]:
        """Return the action that shows what the job works on.

        :raises UserError: when its function has none, or its records are gone
        """
        self.ensure_one()
        action = Job.load(self.env, self.uuid).related_action()
        if action is None:
            raise UserError(
                self.env._(
                    "There is nothing to open for this job: its job function has no "
                    "related action, or the records it works on were deleted."
                )
            )
        return action

    def related_action_open_record(self) -> dict[str, Any] | None:
        """Open the job's record in a form, its records in a list.

        :return: an action, or ``None`` when the job has no record (any more)
        """
        self.ensure_one()
        records = self.records.exists()
        if not records:
            return None
        action: dict[str, Any] = {
            "name": self.env._("Related Record"),
            "type": "ir.actions.act_window",
            "view_mode": "form",
            "res_model": records._name,
        }
        if len(records) == 1:
            return {**action, "res_id": records.id}
        return {
            **action,
            "name": self.env._("Related Records"),
            "view_mode": "list,form",
            "domain": [("id", "in", records.ids)],
        }
