# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from odoo import api, fields, models
from odoo.fields import Domain

from .queue_job_failure_policy import MANAGER

_SINCE: Final = "queue_job.failure_digest_since"


@dataclass(frozen=True, slots=True)
class FailureGroup:
    """Failed jobs of one function with the same exception."""

    function: str
    exception: str
    count: int
    last: datetime


class QueueJobFunction(models.Model):
    """One mail a day about all failures."""

    _inherit = "queue.job.function"

    failure_digest = fields.Boolean(
        string="Daily Digest",
        help="Failed jobs are counted in a mail that is sent once a day to those "
        "responsible, or to the managers of the job queue where nobody is named.",
    )

    def _digest_users(self) -> models.BaseModel:
        """Return the users who get the digest of these functions."""
        named = self.filtered(lambda f: f.failure_user_ids or f.failure_group_id)
        users = self.env["res.users"].union(*[f._responsible_users() for f in named])
        if self - named:
            manager = self.env.ref(MANAGER)
            users |= manager.all_user_ids.filtered("subscribe_job")
        return users.filtered(lambda user: user.active and user.email)

    @api.model
    def _send_failure_digests(self) -> None:
        """Send the digests of what failed since the last ones; called by a cron."""
        parameters = self.env["ir.config_parameter"].sudo()
        now = fields.Datetime.now()
        since = fields.Datetime.to_datetime(parameters.get_param(_SINCE))
        since = since or fields.Datetime.subtract(now, days=1)
        functions = self.search([("failure_digest", "=", True)])
        for user in functions._digest_users():
            user_functions = functions.filtered(
                lambda f, u=user: u in f._digest_users()
            )
            if groups := user_functions._failure_groups(user, since):
                self._send_failure_digest(user, groups, since)
        parameters.set_param(_SINCE, fields.Datetime.to_string(now))

    def _failure_groups(
        self, user: models.BaseModel, since: datetime
    ) -> list[FailureGroup]:
        """Return what failed since, and still is, in the companies of the user."""
        domain = Domain("state", "=", "failed") & Domain("date_done", ">=", since)
        domain &= Domain("job_function_id", "in", self.ids)
        domain &= Domain("company_id", "in", [False, *user.company_ids.ids])
        found = self.env["queue.job"]._read_group(
            domain,
            ["job_function_id", "exc_name"],
            ["__count", "date_done:max"],
            order="__count DESC",
        )
        return [
            FailureGroup(function.name, exception or "", count, last)
            for function, exception, count, last in found
        ]

    @api.model
    def _send_failure_digest(
        self, user: models.BaseModel, groups: list[FailureGroup], since: datetime
    ) -> None:
        localized = self.with_context(lang=user.lang, tz=user.tz)
        count = sum(group.count for group in groups)
        body = localized.env["ir.qweb"]._render(
            "queue_job.failure_digest",
            {
                "groups": groups,
                "since": fields.Datetime.context_timestamp(localized, since),
                "url": f"{self.get_base_url()}/odoo/action-queue_job.action_queue_job",
            },
        )
        mail = self.env["mail.mail"].sudo()
        mail.create(
            {
                "subject": localized.env._("Job queue: %s jobs failed", count),
                "body_html": body,
                "email_to": user.email_formatted,
                "auto_delete": True,
            }
        )
