# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models

from ..store.attempts import Outcome


class QueueJobAttempt(models.Model):
    """One attempt of a job, kept unless it was the first and succeeded."""

    _name = "queue.job.attempt"
    _description = "Job Attempt"
    # Nobody but the engine writes here.
    _log_access = False
    _order = "job_id, id"

    job_id = fields.Many2one(
        "queue.job",
        string="Job",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    number = fields.Integer(
        string="Try",
        readonly=True,
        aggregator=None,
        help="Number of the try since the job was last requeued. One that does not "
        "count has the number of the one before.",
    )
    outcome = fields.Selection(
        [
            (Outcome.DONE.value, "Done"),
            (Outcome.DISCARDED.value, "Nothing to Do"),
            (Outcome.RETRIED.value, "Tried Again Later"),
            (Outcome.FAILED.value, "Failed"),
            (Outcome.CANCELLED.value, "Stopped"),
            (Outcome.TIME_LIMIT.value, "Time Limit"),
            (Outcome.MEMORY_LIMIT.value, "Memory Limit"),
            (Outcome.MADE_ROOM.value, "Made Room"),
            (Outcome.CONFLICT.value, "Changed Meanwhile"),
            (Outcome.LOST.value, "Worker Died"),
        ],
        required=True,
        readonly=True,
    )
    worker = fields.Char(readonly=True, help="Host and process that ran it.")
    date_started = fields.Datetime(string="Started", readonly=True)
    date_ended = fields.Datetime(string="Ended", readonly=True)
    duration = fields.Float(string="Seconds", readonly=True, aggregator="avg")
    exc_name = fields.Char(string="Exception", readonly=True)
    exc_message = fields.Char(string="Message", readonly=True)
    exc_info = fields.Text(
        string="Traceback",
        readonly=True,
        groups="queue_job.group_queue_job_manager",
    )

    @api.depends("number", "outcome")
    def _compute_display_name(self) -> None:
        labels = dict(self._fields["outcome"]._description_selection(self.env))
        for attempt in self:
            attempt.display_name = self.env._(
                "Try %(number)s: %(outcome)s",
                number=attempt.number,
                outcome=labels.get(attempt.outcome, ""),
            )


class QueueJob(models.Model):
    """The attempts of a job."""

    _inherit = "queue.job"

    attempt_ids = fields.One2many(
        "queue.job.attempt",
        "job_id",
        string="Attempts",
        readonly=True,
        help="Attempts that did not succeed, and the success after them.",
    )
