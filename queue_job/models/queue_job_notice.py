# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import logging
import textwrap
from typing import Any, Final

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.progress import Progress
from ..core.states import FINAL_STATES, JobState
from ..store import notices

_logger = logging.getLogger(__name__)

#: Type of the messages on the bus: a job's progress, and that it runs no more.
PROGRESS_MESSAGE: Final = "queue_job/progress"

#: Characters of what is told; the job says more.
_LONGEST_TEXT: Final = 300

#: Type of the notification that the web client shows.
_LEVELS: Final = {
    JobState.DONE: "success",
    JobState.FAILED: "danger",
    JobState.CANCELLED: "warning",
}


class QueueJob(models.Model):
    """What users see of a job while it runs, and hear when it is over."""

    _inherit = "queue.job"

    progress = fields.Float(
        string="Progress (%)",
        compute="_compute_progress",
        aggregator=None,
        help="As reported by the job while it runs; 0 when it reports none.",
    )
    progress_done = fields.Float(compute="_compute_progress", aggregator=None)
    progress_total = fields.Float(compute="_compute_progress", aggregator=None)
    progress_message = fields.Char(compute="_compute_progress")
    has_progress = fields.Boolean(compute="_compute_progress")
    is_watched = fields.Boolean(
        string="I Will Be Notified", compute="_compute_is_watched"
    )

    @api.depends("state")
    def _compute_progress(self) -> None:
        reported = notices.read(self.env.cr, self.ids)
        for job in self:
            progress = reported.get(job.id)
            job.has_progress = progress is not None
            job.progress_done = progress.done if progress else 0
            job.progress_total = progress.total if progress else 0
            job.progress_message = progress.message if progress else False
            job.progress = (progress.percent if progress else None) or 0

    @api.depends_context("uid")
    @api.depends("state")
    def _compute_is_watched(self) -> None:
        watched = notices.watched_by(self.env.cr, self.ids, self.env.uid)
        for job in self:
            job.is_watched = job.id in watched

    # -- progress ----------------------------------------------------------------------

    def _report_progress(self, progress: Progress) -> None:
        """Keep the progress of a job that runs, and show it to its user."""
        self.ensure_one()
        notices.report(self.env.cr, self.id, progress)
        self._send_progress(progress)

    def _send_progress(self, progress: Progress | None) -> None:
        """Send to the user of the job where it is; None: it reports no more."""
        self.ensure_one()
        self.user_id._bus_send(PROGRESS_MESSAGE, self._progress_message(progress))

    def _progress_message(self, progress: Progress | None) -> dict[str, Any]:
        """Return what is sent on the bus."""
        return {
            "id": self.id,
            "uuid": self.uuid,
            "name": self.name,
            "state": self.state,
            "done": progress.done if progress else None,
            "total": progress.total if progress else None,
            "progress": progress.percent if progress else None,
            "message": progress.message if progress else None,
        }

    # -- the end -----------------------------------------------------------------------

    def button_watch(self) -> bool:
        """Tell the current user when these jobs are over.

        :raises UserError: when all of them are
        """
        self.check_access("read")
        jobs = self.filtered(lambda job: job.state not in FINAL_STATES)
        if not jobs:
            raise UserError(self.env._("The job is over already."))
        jobs._watch(self.env.user)
        return True

    def button_unwatch(self) -> bool:
        """Tell the current user no more when these jobs are over."""
        self.check_access("read")
        notices.unwatch(self.env.cr, self.ids, self.env.uid)
        self.invalidate_recordset(["is_watched"])
        return True

    def _watch(self, users: models.BaseModel) -> None:
        """Tell the users when these jobs are over."""
        pairs = [(job.id, user.id) for job in self for user in users]
        notices.watch(self.env.cr, pairs)
        self.invalidate_recordset(["is_watched"])

    @api.model
    def _tell_news(self) -> None:
        """Tell of jobs that are over; in the transaction that forgets to do so again.

        Of those that failed, their functions say what else happens.
        """
        for job in self.browse(notices.take_reported_ends(self.env.cr)).exists():
            job._send_progress(None)
        for job_id, user_id in notices.take_watched_ends(self.env.cr):
            job = self.browse(job_id).exists()
            user = self.env["res.users"].browse(user_id).exists()
            if job and user.active:
                job._try_to_notify_end(user)
        self._handle_failures(notices.take_failures(self.env.cr))

    def _try_to_notify_end(self, user: models.BaseModel) -> None:
        """Notify the user; one that cannot be notified does not keep others waiting."""
        try:
            with self.env.cr.savepoint():
                self._notify_end(user)
        except psycopg2.OperationalError:
            raise
        except Exception:
            _logger.exception("cannot tell user %s of job %s", user.id, self.uuid)

    def _notify_end(self, user: models.BaseModel) -> None:
        """Tell the user, on screen and by a message, that the job is over."""
        self.ensure_one()
        job = self.with_context(lang=user.lang)
        title, text = job._end_message()
        user._bus_send(
            "simple_notification",
            {
                "title": title,
                "message": text,
                "type": _LEVELS[JobState(job.state)],
                "sticky": job.state != JobState.DONE,
            },
        )
        job.message_notify(
            partner_ids=user.partner_id.ids, subject=title, body=f"{title}: {text}"
        )

    def _end_message(self) -> tuple[str, str]:
        """Return title and text that tell of the end of the job."""
        match JobState(self.state):
            case JobState.DONE:
                title, detail = self.env._("Job done"), self.result
            case JobState.FAILED:
                title, detail = self.env._("Job failed"), self.exc_message
            case _:
                title, detail = self.env._("Job cancelled"), self.result
        text = ": ".join(filter(None, (self.name, detail)))
        return title, textwrap.shorten(text, _LONGEST_TEXT, placeholder="…")
