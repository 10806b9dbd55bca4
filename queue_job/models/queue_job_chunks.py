# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo import api, fields, models

from ..job import current_job


class QueueJobChunks(models.Model):
    """Jobs that work in chunks and go on where they were interrupted."""

    _inherit = "queue.job"

    position = fields.Json(
        readonly=True,
        help="What the job has done is committed up to here: it goes on from there "
        "when it was interrupted, stopped or requeued.",
    )

    @api.model
    def _position(self) -> Any:
        """Return the position that the running job committed last.

        None in its first chunk, and outside of jobs.
        """
        job = current_job()
        return job.chunks.position if job else None

    @api.model
    def _commit_position(self, position: Any = None) -> None:
        """Commit what the running job did, and where it goes on from.

        For methods that are no generators, such as code that many methods call. In a
        worker it commits the job's transaction, and does not return when the job must
        make room (its worker stops, its channel is paused). Elsewhere nothing is
        committed: the caller's transaction goes on.

        :param position: what jobs can have as argument; None = as it is
        """
        if job := current_job():
            job.chunks.commit(position)

    def button_start_over(self) -> bool:
        """Have the jobs begin from the start when they run next.

        Jobs that run are skipped. What they have done stays done.
        """
        self.check_access("write")
        jobs = self.filtered(lambda job: job.state != "started")
        editable = jobs.with_context(_job_edit_sentinel=self.EDIT_SENTINEL)
        return editable.write({"position": False})
