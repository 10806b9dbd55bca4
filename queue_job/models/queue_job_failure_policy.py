# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What happens when jobs of a function fail for good; one file for each policy."""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import Final

import psycopg2

from odoo import api, fields, models

_logger = logging.getLogger(__name__)

MANAGER: Final = "queue_job.group_queue_job_manager"


class QueueJobFunction(models.Model):
    """Who deals with the failed jobs of a function."""

    _inherit = "queue.job.function"

    failure_user_ids = fields.Many2many(
        "res.users",
        "queue_job_function_failure_user_rel",
        string="Responsible Users",
        domain=lambda self: [
            ("all_group_ids", "in", self.env.ref(MANAGER).ids),
        ],
        help="Managers of the job queue who get the activities and digests about "
        "failed jobs.",
    )
    failure_group_id = fields.Many2one(
        "res.groups",
        string="Responsible Team",
        help="The managers of the job queue in this group are responsible as well.",
    )
    acts_on_failure = fields.Boolean(
        compute="_compute_acts_on_failure",
        store=True,
        help="The engine notes the failures of these functions alone.",
    )

    @api.model
    def _failure_policy_fields(self) -> list[str]:
        """Return the fields of which one that is set makes failures be noted."""
        return []

    @api.depends(lambda self: self._failure_policy_fields())
    def _compute_acts_on_failure(self) -> None:
        names = self._failure_policy_fields()
        for function in self:
            function.acts_on_failure = any(function[name] for name in names)

    def _responsible_users(self) -> models.BaseModel:
        """Return the users who deal with failed jobs of this function.

        Others could not even open what they would be told of.
        """
        users = self.failure_user_ids | self.failure_group_id.all_user_ids
        return users.filtered(lambda user: user.active and user.has_group(MANAGER))


class QueueJob(models.Model):
    """Jobs that failed for good."""

    _inherit = "queue.job"

    @api.model
    def _failure_policies(self) -> list[str]:
        """Return the methods to call on the failed jobs of one function, given it."""
        return []

    @api.model
    def _handle_failures(self, ids: Collection[int]) -> None:
        """Do what the functions of these jobs want when they fail.

        In a transaction of its own, some seconds after the failures, which are over and
        cannot be undone by what goes wrong here. A policy that raises is logged and
        does not keep the others from acting.
        """
        jobs = self.browse(ids).exists().filtered(lambda job: job.state == "failed")
        for function, failed in jobs.grouped("job_function_id").items():
            for policy in self._failure_policies():
                try:
                    with self.env.cr.savepoint():
                        getattr(failed, policy)(function)
                except psycopg2.OperationalError:
                    raise  # somebody else was faster: all of it is done again
                except Exception:
                    _logger.exception("%s of %s", policy, function.name)
