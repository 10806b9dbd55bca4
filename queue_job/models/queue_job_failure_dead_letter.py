# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.tools import SQL


class QueueJobFunction(models.Model):
    """Failed jobs are put aside in a channel of their own."""

    _inherit = "queue.job.function"

    dead_letter_channel_id = fields.Many2one(
        "queue.job.channel",
        string="Dead-Letter Channel",
        ondelete="restrict",
        help="Failed jobs are moved there: to be seen together, and no longer in the "
        "way of a sequential channel. Requeuing one brings it back to its own channel.",
    )

    @api.model
    def _failure_policy_fields(self) -> list[str]:
        return [*super()._failure_policy_fields(), "dead_letter_channel_id"]


class QueueJob(models.Model):
    """Jobs in a dead-letter channel."""

    _inherit = "queue.job"

    origin_channel = fields.Char(
        readonly=True,
        help="Channel of the job before it failed and was put aside in another one.",
    )

    @api.model
    def _failure_policies(self) -> list[str]:
        return [*super()._failure_policies(), "_move_to_dead_letter_channel"]

    def _move_to_dead_letter_channel(self, function: models.BaseModel) -> None:
        """Move the jobs that are still failed, in one statement."""
        if not (channel := function.dead_letter_channel_id.complete_name):
            return
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                """
                UPDATE queue_job
                   SET origin_channel = COALESCE(origin_channel, channel),
                       channel = %(channel)s
                 WHERE id = ANY(%(ids)s) AND state = 'failed'
                   AND channel IS DISTINCT FROM %(channel)s
                """,
                channel=channel,
                ids=list(self.ids),
            )
        )
        self.invalidate_recordset(["channel", "origin_channel"])
