# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the dashboard shows and what a click on it does."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any, Final

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from ..core.states import JobState
from ..core.suggest import did_you_mean
from ..operate import figures
from ..operate.throughput import throughput
from ..runtime.activity import WATCH_CHANNEL
from ..store import occupancy

_GROUP: Final = "queue_job.group_queue_job_manager"
#: Hours that the dashboard may look back -> minutes of a step of its chart.
_PERIODS: Final = {1: 1, 6: 5, 24: 20}
_OPEN: Final = tuple(
    state.value
    for state in JobState
    if state not in (JobState.DONE, JobState.CANCELLED)
)
_WAITING: Final = (JobState.PENDING.value, JobState.ENQUEUED.value)


class QueueJobDashboard(models.AbstractModel):
    """Figures, channels and failures of the queue, for its managers."""

    _name = "queue.job.dashboard"
    _description = "Job Queue Dashboard"

    @api.model
    def get_figures(self, hours: int = 1) -> dict[str, Any]:
        """Return all that the dashboard shows, of the user's companies.

        Tells the leader that somebody looks. Durations are in seconds, dates in UTC.

        :param hours: 1, 6 or 24
        :raises AccessError: for users who do not manage the queue
        """
        self._check_manager()
        hours = hours if hours in _PERIODS else 1
        self.env["queue.job"].flush_model()
        cr, companies = self.env.cr, self._companies()
        cr.execute(SQL("SELECT pg_notify(%s, '')", WATCH_CHANNEL))
        ends, functions = throughput(cr, companies, hours, _PERIODS[hours])
        return {
            "hours": hours,
            "step": _PERIODS[hours],
            "now": fields.Datetime.now(),
            "backlog": asdict(figures.backlog(cr, companies, hours)),
            "throughput": asdict(ends),
            "functions": [asdict(function) for function in functions],
            "failures": [asdict(group) for group in figures.failures(cr, companies)],
            "workers": [asdict(worker) for worker in figures.workers(cr)],
            "channels": self._get_channels(),
        }

    @api.model
    def _get_channels(self) -> list[dict[str, Any]]:
        """Return the channels, parents before children, with what they do now.

        Of the whole database: capacities are shared by the companies.
        """
        counts = occupancy.occupancy(self.env.cr)
        rates = figures.rates(self.env.cr)
        channels = self.env["queue.job.channel"].search(
            [("complete_name", "!=", False)], order="complete_name"
        )
        return [
            {
                "id": channel.id,
                "name": channel.name,
                "complete_name": channel.complete_name,
                "parent_id": channel.parent_id.id,
                "depth": channel.complete_name.count("."),
                "capacity": channel.capacity,
                "sequential": channel.sequential,
                "throttle": channel.throttle,
                "rate_limit": channel.rate_limit,
                "rate_period": channel.rate_period,
                "paused": channel.paused,
                "override": channel.override or "",
                "rate": sum(
                    rate
                    for name, rate in rates.items()
                    if f"{name}.".startswith(f"{channel.complete_name}.")
                ),
                **counts.get(channel.complete_name, occupancy.Occupancy())._asdict(),
            }
            for channel in channels
        ]

    # -- what a click opens ------------------------------------------------------------

    @api.model
    def open_jobs(
        self,
        what: str,
        hours: int = 1,
        channel: str | None = None,
        function: str | None = None,
        exc_name: str | bool | None = None,
        worker_id: int | None = None,
    ) -> dict[str, Any]:
        """Return ``{"action", "order_by"}``: the list of the jobs behind a figure.

        The other arguments leave those of a channel and the channels below it, of a
        method, that failed with an exception (False: with none), that a worker has.

        :param what: a name of ``_figures``
        :param hours: how far "lately" goes back
        :raises ValueError: for a figure that is not shown
        """
        self._check_manager()
        domain, order = self._figure(what, hours)
        if channel is not None:
            domain &= _in_channel(channel)
        if function is not None:
            domain &= Domain("channel_method_name", "=", function)
        if exc_name is not None:
            domain &= Domain("exc_name", "=", exc_name)
        if worker_id is not None:
            domain &= Domain("id", "in", self._taken_by(worker_id))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "queue_job.action_queue_job"
        )
        action["domain"] = list(domain)
        # The domain says which states: the search panel must not narrow it.
        action["context"] = {"pivot_measures": ["__count", "exec_time"]}
        order_by = [
            {"name": term.split()[0], "asc": not term.endswith(" desc")}
            for term in (order or "").split(", ")
            if term
        ]
        return {"action": action, "order_by": order_by}

    @api.model
    def _figure(self, what: str, hours: int) -> tuple[Domain, str | None]:
        """Return domain and order of the jobs behind a figure."""
        lately = Domain(
            "date_done", ">=", fields.Datetime.now() - timedelta(hours=hours)
        )
        waiting = Domain("state", "in", _WAITING)
        due = Domain("eta", "=", False) | Domain("eta", "<=", "now")
        figures: dict[str, tuple[Domain, str | None]] = {
            "open": (Domain("state", "in", _OPEN), None),
            "waiting": (waiting & due, None),
            "oldest": (waiting & due, "date_created, id"),
            "scheduled": (waiting & Domain("eta", ">", "now"), "eta, id"),
            "wait_dependencies": (_in_state(JobState.WAIT_DEPENDENCIES), None),
            "running": (_in_state(JobState.STARTED), "date_started, id"),
            "failed": (_in_state(JobState.FAILED), None),
            "failed_lately": (_in_state(JobState.FAILED) & lately, None),
            "done": (_in_state(JobState.DONE) & lately, None),
            "slowest": (lately, "exec_time desc, id desc"),
        }
        if what not in figures:
            raise ValueError(
                f"the dashboard shows no figure {what!r}{did_you_mean(what, figures)}"
            )
        return figures[what]

    @api.model
    def _taken_by(self, worker_id: int) -> list[int]:
        """Return the jobs that a worker runs, or took ahead, right now."""
        self.env.cr.execute(
            SQL("SELECT job_id FROM queue_job_lease WHERE worker_id = %s", worker_id)
        )
        return [job_id for (job_id,) in self.env.cr.fetchall()]

    @api.model
    def retry_failures(self, exc_name: str | bool) -> int:
        """Requeue all failed jobs with this exception; return how many.

        Those that the user may see; one statement, in the caller's transaction.
        """
        self._check_manager()
        domain = _in_state(JobState.FAILED) & Domain("exc_name", "=", exc_name)
        # What the rules ask for: the check of access would read all columns of all.
        jobs = self.env["queue.job"].search_fetch(domain, ["company_id", "user_id"])
        return len(jobs._change_job_state("pending"))

    # -- who looks ---------------------------------------------------------------------

    @api.model
    def _announce_activity(self) -> None:
        """Tell the managers' dashboards to read the figures again."""
        self.env.ref(_GROUP)._bus_send("queue_job/activity", {})

    @api.model
    def _check_manager(self) -> None:
        if not self.env.su and not self.env.user.has_group(_GROUP):
            raise AccessError(
                self.env._(
                    "The dashboard is for those who manage the job queue: ask an "
                    "administrator for the group “Job Queue Manager”."
                )
            )

    @api.model
    def _companies(self) -> list[int] | None:
        """Return the companies whose jobs count; None when those are all.

        sudo: only the number of all companies is read.
        """
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        if len(self.env.companies) == companies.search_count([]):
            return None
        return self.env.companies.ids


def _in_state(state: JobState) -> Domain:
    return Domain("state", "=", state.value)


def _in_channel(channel: str) -> Domain:
    return Domain("channel", "=", channel) | Domain("channel", "=like", f"{channel}.%")
