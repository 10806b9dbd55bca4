# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who wants to hear of the failed jobs of a function or a channel."""

from __future__ import annotations

import itertools
from typing import Any

from odoo import fields, models
from odoo.fields import Domain


class QueueJobSubscription(models.Model):
    """A user follows every job that fails in a channel or of a job function."""

    _name = "queue.job.subscription"
    _description = "Subscription to Failed Jobs"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("share", "=", False)],
        default=lambda self: self.env.uid,
    )
    job_function_id = fields.Many2one(
        "queue.job.function", index="btree_not_null", ondelete="cascade"
    )
    channel_id = fields.Many2one(
        "queue.job.channel",
        string="Channel",
        index="btree_not_null",
        ondelete="cascade",
        help="With the channels below it.",
    )

    _about_something = models.Constraint(
        "CHECK(job_function_id IS NOT NULL OR channel_id IS NOT NULL)",
        "A subscription needs a job function or a channel.",
    )

    def _applies_to(self, job: models.BaseModel) -> Domain:
        """Return the domain of the subscriptions to failures of the job.

        With a function and a channel, a subscription wants both.
        """
        channels = itertools.accumulate((job.channel or "").split("."), "{}.{}".format)
        function = [False, *job.job_function_id.ids]
        domain = Domain("job_function_id", "in", function)
        domain &= Domain("channel_id", "=", False) | Domain(
            "channel_id.complete_name", "in", list(channels)
        )
        if job.company_id:
            domain &= Domain("user_id.company_ids", "in", job.company_id.ids)
        return domain & Domain("user_id.active", "=", True)


class QueueJob(models.Model):
    """Subscribers follow a job from the moment it fails."""

    _inherit = "queue.job"

    def _subscribe_users_domain(self) -> list[Any]:
        return [*super()._subscribe_users_domain(), ("subscribe_job", "=", True)]

    def _subscribe_job_creator(self) -> None:
        # sudo: the job ends as the user it runs as, who may not see who follows
        subscriptions = self.env["queue.job.subscription"].sudo()
        for job in self:
            users = subscriptions.search(subscriptions._applies_to(job)).user_id
            job.message_subscribe(partner_ids=users.partner_id.ids)
        return super()._subscribe_job_creator()
