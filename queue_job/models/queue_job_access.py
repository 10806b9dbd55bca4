# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Final, Self

from odoo import models
from odoo.exceptions import AccessError

from ..core.states import JobEvent, JobState
from ..store import graph

#: What users who manage no queue may do to their own jobs, and in which states: what
#: they could have left undone, or asked for already. Not: run again what succeeded or
#: what somebody cancelled, release children without the work, overtake others.
_OWN: Final = {
    JobEvent.CANCEL: (
        JobState.WAIT_DEPENDENCIES,
        JobState.PENDING,
        JobState.ENQUEUED,
        JobState.FAILED,
    ),
    JobEvent.CANCEL_RUNNING: (JobState.STARTED,),
    JobEvent.REQUEUE: (JobState.FAILED,),
}


class QueueJob(models.Model):
    """Who may move jobs: managers all of their companies, others some of their own."""

    _inherit = "queue.job"

    def _allowed(self, event: JobEvent) -> Self:
        """Return those of these jobs that the current user may move.

        :raises AccessError: when one of them is not theirs, or the event not for them
        """
        if self.browse().has_access("write"):
            self.check_access("write")
            return self
        self.check_access("read")
        if event not in _OWN or self.sudo().user_id - self.env.user:
            raise AccessError(
                self.env._(
                    "You may cancel, stop and run again after a failure the jobs that "
                    "run as yourself. Ask a manager of the job queue for anything else."
                )
            )
        jobs = self.filtered(lambda job: job.state in _OWN[event])
        if event is JobEvent.CANCEL:
            jobs._check_descendants_are_own()
        return jobs

    def _check_descendants_are_own(self) -> None:
        """Make sure that cancelling these jobs cancels no other user's.

        :raises AccessError: naming one that waits for them
        """
        self.flush_model(["state", "user_id"])
        waiting = self.sudo().browse(graph.waiting_descendants(self.env.cr, self.ids))
        if foreign := waiting.filtered(lambda job: job.user_id != self.env.user):
            raise AccessError(
                self.env._(
                    "The job %(uuid)s of another user waits for this one and would be "
                    "cancelled as well. Ask a manager of the job queue.",
                    uuid=foreign[0].uuid,
                )
            )
