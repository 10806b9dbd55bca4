# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import textwrap
from typing import ClassVar, Final

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import ValidationError

#: Characters of an exception in an activity; the job has all of it.
_LONGEST_TEXT: Final = 300


class QueueJobFunction(models.Model):
    """An activity for those responsible: one, however many jobs fail."""

    _name = "queue.job.function"
    _inherit: ClassVar[list[str]] = [
        "queue.job.function",
        "mail.thread",
        "mail.activity.mixin",
    ]

    failure_activity_type_id = fields.Many2one(
        "mail.activity.type",
        string="Activity",
        domain=[("res_model", "in", (False, "queue.job.function"))],
        help="Created on the job function for each responsible user when jobs fail. "
        "While it is open no second one is created: it counts the failures.",
    )

    @api.constrains("failure_activity_type_id", "failure_user_ids", "failure_group_id")
    def _check_failure_activity(self) -> None:
        for function in self:
            has_users = function._responsible_users()
            if function.failure_activity_type_id and not has_users:
                raise ValidationError(
                    self.env._(
                        "Job function %s: nobody is responsible, so nobody would see "
                        "the activity. Name managers of the job queue, or a team "
                        "with some.",
                        function.name,
                    )
                )

    @api.model
    def _failure_policy_fields(self) -> list[str]:
        return [*super()._failure_policy_fields(), "failure_activity_type_id"]


class QueueJob(models.Model):
    """Activities about failed jobs."""

    _inherit = "queue.job"

    @api.model
    def _failure_policies(self) -> list[str]:
        return [*super()._failure_policies(), "_schedule_failure_activity"]

    def _schedule_failure_activity(self, function: models.BaseModel) -> None:
        """Give each responsible user an activity, or count these jobs in theirs."""
        if not (kind := function.failure_activity_type_id):
            return
        known = function.activity_ids.filtered(lambda a: a.activity_type_id == kind)
        for activity in known:
            activity.note = self._failure_note(function, activity.create_date)
        for user in function._responsible_users() - known.user_id:
            function.activity_schedule(
                activity_type_id=kind.id,
                summary=self.env._("Failed jobs"),
                note=self._failure_note(function, min(self.mapped("date_done"))),
                user_id=user.id,
            )

    def _failure_note(self, function: models.BaseModel, since: fields.Datetime) -> str:
        """Return what an activity that was created at ``since`` says now."""
        count = self.search_count(
            [
                ("job_function_id", "=", function.id),
                ("state", "=", "failed"),
                ("date_done", ">=", min(since, *self.mapped("date_done"))),
            ]
        )
        last = self.sorted("date_done")[-1]
        error = ": ".join(filter(None, (last.exc_name, last.exc_message)))
        error = textwrap.shorten(error, _LONGEST_TEXT, placeholder="…")
        return Markup("<p>%s</p><p>%s</p>") % (
            self.env._("%s jobs failed and wait for a decision.", count),
            self.env._("The last one: %s", error or last.name),
        )
