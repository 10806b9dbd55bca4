# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who hears of a failed job."""

from __future__ import annotations

from typing import Any

from odoo import fields, models


class QueueJobFunction(models.Model):
    """Whether failures of its jobs are told one by one."""

    _inherit = "queue.job.function"

    failure_message = fields.Boolean(
        string="Message on Failure",
        default=True,
        help="Followers of a job that fails, its user and the managers of its company "
        "get a message. Without it, an activity, a digest or a webhook may tell.",
    )


class QueueJobFailureMixin(models.AbstractModel):
    """Followers and messages of a job: none until it fails."""

    _name = "queue.job.failure.mixin"
    _description = "Queue Job Failure Mixin"

    def _message_post_on_failure(self) -> None:
        """Subscribe the managers and the creators, and tell them that the jobs failed.

        Called by ``write`` and by the engine, in the transaction that stores the
        failure.
        """
        noisy = self.filtered(
            lambda job: not job.job_function_id or job.job_function_id.failure_message
        )
        for jobs in noisy.grouped("company_id").values():
            managers = self.env["res.users"].search(jobs._subscribe_users_domain())
            for job in jobs:
                job.message_subscribe(partner_ids=managers.partner_id.ids)
        for job in noisy:
            job._subscribe_job_creator()
            if message := job._message_failed_job():
                job.message_post(body=message, subtype_xmlid="queue_job.mt_job_failed")

    def _subscribe_users_domain(self) -> list[Any]:
        """Return the domain of the users to subscribe to these jobs of one company."""
        manager = self.env.ref("queue_job.group_queue_job_manager")
        domain: list[Any] = [("all_group_ids", "in", manager.ids)]
        if companies := self.mapped("company_id"):
            domain.append(("company_ids", "in", companies.ids))
        return domain

    def _subscribe_job_creator(self) -> None:
        """Subscribe the user the job runs as, unless that is the system."""
        for job in self:
            user = job.user_id
            if user and user.active and user._is_internal():
                job.message_subscribe(partner_ids=user.partner_id.ids)

    def _message_failed_job(self) -> str | None:
        """Return the body of the message; nothing is posted when it is falsy."""
        self.ensure_one()
        error = ": ".join(filter(None, (self.exc_name, self.exc_message)))
        return self.env._(
            "The job failed. %(error)s — the traceback is on the page “Results”.",
            error=error or self.env._("No error was recorded"),
        )
