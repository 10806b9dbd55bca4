# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The jobs of the user who asks: what the icon in the top bar shows."""

from __future__ import annotations

from typing import Any, Final

from odoo import api, models

#: Jobs of each kind that the menu lists; more are counted.
_MAX_LISTED: Final = 5
#: More failures than this are "99+".
_MAX_COUNTED: Final = 100

_RUNNING: Final = """
    SELECT job.id
      FROM queue_job_lease AS lease
      JOIN queue_job AS job ON job.id = lease.job_id
     WHERE job.user_id = %s AND job.state = 'started'
     ORDER BY job.date_started
     LIMIT %s
"""
_FAILED: Final = """
    SELECT job_id
      FROM queue_job_parked
     WHERE state = 'failed' AND user_id = %s
       AND since > now() AT TIME ZONE 'UTC' - interval '7 days'
     ORDER BY since DESC
     LIMIT %s
"""


class QueueJob(models.Model):
    """The running and failed jobs of a user, found without reading all jobs."""

    _inherit = "queue.job"

    @api.model
    def get_my_jobs(self) -> dict[str, Any]:
        """Return the user's jobs that run, and those that failed this week.

        :return: ``{"running": [{...}], "failed": [{...}], "failed_count": n}``; the
            count stops at 100
        """
        if not self.has_access("read"):
            return {"running": [], "failed": [], "failed_count": 0}
        running = self._mine(_RUNNING, _MAX_LISTED, ["date_started"])
        failed = self._mine(_FAILED, _MAX_COUNTED, ["date_done"])
        return {
            "running": [job._progress_summary() for job in running],
            "failed": [job._failure_summary() for job in failed[:_MAX_LISTED]],
            "failed_count": len(failed),
        }

    @api.model
    def _mine(self, query: str, limit: int, names: list[str]) -> models.BaseModel:
        """Return what the query finds of this user, in its order, as far as readable.

        Tracebacks and arguments are not read: only what is shown.
        """
        self.env.cr.execute(query, [self.env.uid, limit])
        ids = [job_id for (job_id,) in self.env.cr.fetchall()]
        shown = ["name", "channel_method_name", "exc_name", "exc_message", *names]
        found = self.search_fetch([("id", "in", ids)], shown)
        return found.sorted(lambda job: ids.index(job.id))

    def _progress_summary(self) -> dict[str, Any]:
        self.ensure_one()
        return {
            "id": self.id,
            "name": self.name or self.channel_method_name,
            "progress": self.progress if self.has_progress else None,
            "message": self.progress_message or "",
            "date_started": self.date_started,
        }

    def _failure_summary(self) -> dict[str, Any]:
        self.ensure_one()
        return {
            "id": self.id,
            "name": self.name or self.channel_method_name,
            "message": self.exc_message or self.exc_name or "",
            "date_done": self.date_done,
        }
