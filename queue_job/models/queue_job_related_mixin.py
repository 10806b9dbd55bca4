# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From a job to the records it works on."""

from __future__ import annotations

from typing import Any, Final, Self

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..job import Job

#: What the names of the related actions of this addon begin with.
_PREFIX: Final = "related_action_"
_OWN_MODULES: Final = "odoo.addons.queue_job."


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
        :raises AccessError: when it names a method that is none for related actions
        """
        self.ensure_one()
        job = Job.load(self.env, self.uuid)
        self._check_related_action(job.job_config.related_action_func_name)
        action = job.related_action()
        if action is None:
            raise UserError(
                self.env._(
                    "There is nothing to open for this job: its job function has no "
                    "related action, or the records it works on were deleted."
                )
            )
        return action

    def _check_related_action(self, name: str | None) -> None:
        """Let through what an addon wrote to be a related action, and nothing else.

        Job functions are data, and the method runs in superuser mode, for whoever
        clicks: ``write`` would let a manager change as whom a job runs.

        :raises AccessError: when it is another method
        """
        if name and not _is_related_action(type(self), name):
            raise AccessError(
                self.env._(
                    "“%s” is no related action: name a method that an addon adds to "
                    "queue.job.",
                    name,
                )
            )

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


def _is_related_action(model_class: type[models.BaseModel], name: str) -> bool:
    """Tell whether a method is for jobs alone, and not one of the job queue itself."""
    owners = [cls for cls in model_class.mro() if name in vars(cls)]
    names = {getattr(cls, "_name", None) or "" for cls in owners}
    if not names or not all(owner.startswith("queue.job") for owner in names):
        return False  # no method at all, or one that all models have
    return name.startswith(_PREFIX) or not any(
        cls.__module__.startswith(_OWN_MODULES) for cls in owners
    )
