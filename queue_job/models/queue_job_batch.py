# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Jobs that belong together: how far they are, and a word when all are over."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Any, ClassVar, Final, Self

from odoo import api, fields, models

from ..core.states import JobState
from ..store import batches
from ..store.batches import Counts
from .queue_job import QueueJob as QueueJobModel

#: Type of the message on the bus when counts of a user's batch changed.
UPDATED_MESSAGE: Final = "queue.job.batch/updated"
#: Batches deleted in one transaction.
_GC_LIMIT: Final = 1000


class BatchState(StrEnum):
    """How far the jobs of a batch are."""

    #: It has no job yet.
    PENDING = "pending"
    #: None is over.
    ENQUEUED = "enqueued"
    #: Some are over.
    PROGRESS = "progress"
    #: All are over; some may have failed.
    FINISHED = "finished"


class QueueJobBatch(models.Model):
    """Jobs that were delayed with the batch in the context key ``job_batch``.

    ::

        batch = self.env["queue.job.batch"].get_new_batch("Export of March")
        for order in orders.with_context(job_batch=batch):
            order.with_delay().export()
    """

    _name = "queue.job.batch"
    _description = "Job Batch"
    _inherit: ClassVar[list[str]] = ["mail.thread"]
    _order = "id desc"

    name = fields.Char(required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.uid,
        help="Is told when all jobs are over.",
    )
    company_id = fields.Many2one(
        "res.company",
        readonly=True,
        index=True,
        default=lambda self: self.env.company,
    )
    state = fields.Selection(
        [(state.value, state.value.title()) for state in BatchState],
        required=True,
        readonly=True,
        default=BatchState.PENDING.value,
        help="At most a second behind its jobs.",
    )
    is_read = fields.Boolean(default=False, help="Its user has seen that it is over.")
    date_finished = fields.Datetime(string="Finished On", readonly=True)
    job_ids = fields.One2many("queue.job", "job_batch_id", string="Jobs", readonly=True)
    job_count = fields.Integer(string="Job Count", compute="_compute_counts")
    finished_job_count = fields.Integer(
        string="Finished", compute="_compute_counts", help="Done or cancelled."
    )
    failed_job_count = fields.Integer(string="Failed", compute="_compute_counts")
    completeness = fields.Float(
        compute="_compute_counts", help="Share of the jobs that are finished, 0 to 1."
    )
    failed_percentage = fields.Float(
        string="Failed Share",
        compute="_compute_counts",
        help="Share of the jobs that failed, 0 to 1.",
    )

    @api.depends("state")
    def _compute_counts(self) -> None:
        self.env["queue.job"].flush_model()
        by_id = batches.counts(self.env.cr, self.ids)
        for batch in self:
            counts = by_id.get(batch.id, Counts())
            batch.job_count = counts.jobs
            batch.finished_job_count = counts.finished
            batch.failed_job_count = counts.failed
            batch.completeness = counts.finished / max(1, counts.jobs)
            batch.failed_percentage = counts.failed / max(1, counts.jobs)

    # -- for those who delay jobs ------------------------------------------------------

    @api.private
    @api.model
    def get_new_batch(self, name: str, **values: Any) -> Self:
        """Return a new batch of the current user, to be put in ``job_batch``."""
        # sudo: whoever may delay jobs may have them counted
        model = self.sudo().with_context(mail_create_nolog=True)
        batch = model.create({"user_id": self.env.uid, **values, "name": name})
        # The ORM holds it to be empty, and jobs are stored without the ORM.
        batch.invalidate_recordset(["job_ids"])
        return batch.with_env(self.env)

    def check_state(self) -> bool:
        """Bring the state in line with the jobs; workers do so by themselves."""
        self.check_access("read")
        self.env["queue.job"].flush_model()
        self.sudo()._update_state()
        return True

    def set_read(self) -> bool:
        """Note that the user has seen that the batches are over."""
        self.check_access("read")
        # sudo: users may not write anything else
        return self.sudo().write({"is_read": True})

    # -- buttons -----------------------------------------------------------------------

    def open_jobs(self) -> dict[str, Any]:
        """Return the action that lists the jobs of the batches."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "queue_job.action_queue_job"
        )
        action["domain"] = [("job_batch_id", "in", self.ids)]
        action["context"] = {}
        if len(self) == 1:
            action["display_name"] = self.name
        return action

    def open_failed_jobs(self) -> dict[str, Any]:
        """Return the action that lists the failed jobs of the batches."""
        action = self.open_jobs()
        action["domain"].append(("state", "=", JobState.FAILED.value))
        return action

    def requeue_failed_jobs(self) -> bool:
        """Run the failed jobs of the batches again."""
        domain = [
            ("job_batch_id", "in", self.ids),
            ("state", "=", JobState.FAILED.value),
        ]
        return self.env["queue.job"].search(domain).requeue()

    # -- the end -----------------------------------------------------------------------

    @api.model
    def _tell_news(self) -> None:
        """Add up what changed, and tell users; called by workers every second."""
        changed = self.browse(batches.fold(self.env.cr)).exists()
        changed.invalidate_recordset()
        changed._update_state()
        for batch in changed:
            batch.user_id._bus_send(UPDATED_MESSAGE, batch._summary())

    def _update_state(self) -> None:
        """Write the states that changed, and tell of batches that are over now."""
        by_id = batches.counts(self.env.cr, self.ids)
        for batch in self:
            state = _state_of(by_id.get(batch.id, Counts()))
            if state == batch.state:
                continue
            is_over = state is BatchState.FINISHED
            batch.write(
                {
                    "state": state.value,
                    "is_read": False,
                    "date_finished": self.env.cr.now() if is_over else False,
                }
            )
            if is_over:
                batch._notify_end()

    def _summary(self) -> dict[str, Any]:
        """Return what is sent on the bus."""
        self.ensure_one()
        return {
            "id": self.id,
            "name": self.name,
            "state": self.state,
            "job_count": self.job_count,
            "finished_job_count": self.finished_job_count,
            "failed_job_count": self.failed_job_count,
        }

    def _notify_end(self) -> None:
        """Tell the user, on screen and by a message, that all jobs are over."""
        self.ensure_one()
        batch = self.with_context(lang=self.user_id.lang)
        title, text = batch._end_message()
        self.user_id._bus_send(
            "simple_notification",
            {
                "title": title,
                "message": text,
                "type": "warning" if self.failed_job_count else "success",
                "sticky": bool(self.failed_job_count),
            },
        )
        self.message_notify(
            partner_ids=self.user_id.partner_id.ids,
            subject=title,
            body=f"{title}: {text}",
        )

    def _end_message(self) -> tuple[str, str]:
        """Return title and text that tell of the end of the batch."""
        title = self.env._("%s is finished", self.name)
        if not self.failed_job_count:
            return title, self.env._("All %s jobs succeeded.", self.job_count)
        return title, self.env._(
            "%(failed)s of %(jobs)s jobs failed.",
            failed=self.failed_job_count,
            jobs=self.job_count,
        )

    # -- housekeeping ------------------------------------------------------------------

    def unlink(self) -> bool:
        """Delete the batches; their jobs stay."""
        ids = self.ids
        result = super().unlink()
        batches.forget(self.env.cr, ids)
        return result

    @api.autovacuum
    def _gc_batches(self) -> tuple[int, bool]:
        """Delete batches that are over, when their jobs are deleted as well.

        :return: deleted batches, whether some may remain
        """
        days = self.env.ref("queue_job.channel_root").removal_interval
        old = self.search(
            [
                ("state", "=", BatchState.FINISHED.value),
                ("date_finished", "<", self.env.cr.now() - timedelta(days=days)),
                ("job_ids", "=", False),
            ],
            limit=_GC_LIMIT,
        )
        old.unlink()
        return len(old), len(old) == _GC_LIMIT


class QueueJob(models.Model):
    """A job may belong to a batch."""

    _inherit = "queue.job"

    # Its counts follow the jobs that are stored with it.
    _protected_fields: ClassVar[tuple[str, ...]] = (
        *QueueJobModel._protected_fields,
        "job_batch_id",
    )

    job_batch_id = fields.Many2one(
        "queue.job.batch",
        string="Batch",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )

    @api.model
    def _tell_news(self) -> None:
        self.env["queue.job.batch"]._tell_news()
        return super()._tell_news()


def _state_of(counts: Counts) -> BatchState:
    if not counts.jobs:
        return BatchState.PENDING
    if counts.is_over:
        return BatchState.FINISHED
    if counts.finished or counts.failed:
        return BatchState.PROGRESS
    return BatchState.ENQUEUED
