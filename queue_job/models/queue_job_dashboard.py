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
        channels = self.env["queue.job.channel"].search([], order="complete_name")
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
        self, what: str, value: str | int | bool | None = None, hours: int = 1
    ) -> dict[str, Any]:
        """Return ``{"action", "order_by"}``: the list of the jobs behind a figure.

        :param what: a case of ``_figure``; "channel", "failure" and "function" with
            their name as ``value``
        :param hours: how far "lately" goes back
        :raises ValueError: for a figure that is not shown
        """
        self._check_manager()
        name, domain, order = self._figure(what, value, hours)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "queue_job.action_queue_job"
        )
        action.update(
            name=name,
            display_name=name,
            domain=list(domain),
            # The domain says which states: the search panel must not narrow it.
            context={"pivot_measures": ["__count", "exec_time"]},
        )
        order_by = [
            {"name": term.split()[0], "asc": not term.endswith(" desc")}
            for term in (order or "").split(", ")
            if term
        ]
        return {"action": action, "order_by": order_by}

    @api.model
    def _figure(
        self, what: str, value: Any, hours: int
    ) -> tuple[str, Domain, str | None]:
        """Return title, domain and order of the jobs behind a figure."""
        since = fields.Datetime.now() - timedelta(hours=hours)
        env = self.env
        ready = Domain("state", "in", _WAITING)
        ready &= Domain("eta", "=", False) | Domain("eta", "<=", "now")
        match what:
            case "waiting":
                return env._("Waiting Jobs"), ready, None
            case "oldest":
                return env._("Oldest Waiting Jobs"), ready, "date_created, id"
            case "scheduled":
                domain = Domain("state", "in", _WAITING) & Domain("eta", ">", "now")
                return env._("Scheduled Jobs"), domain, "eta, id"
            case "wait_dependencies" | "running" | "failed":
                state = JobState.STARTED.value if what == "running" else what
                state_field = env["queue.job"]._fields["state"]
                titles = dict(state_field._description_selection(env))
                return titles[state], Domain("state", "=", state), None
            case "failed_lately":
                domain = Domain("state", "=", JobState.FAILED.value)
                domain &= Domain("date_done", ">=", since)
                return env._("Jobs That Failed Lately"), domain, None
            case "done":
                domain = Domain("state", "=", JobState.DONE.value)
                domain &= Domain("date_done", ">=", since)
                return env._("Jobs Done Lately"), domain, None
            case "slowest":
                domain = Domain("date_done", ">=", since)
                return env._("Slowest Jobs"), domain, "exec_time desc, id desc"
            case "failure":
                domain = Domain("state", "=", JobState.FAILED.value)
                domain &= Domain("exc_name", "=", value or False)
                return value or env._("Failed Without Exception"), domain, None
            case "function":
                domain = Domain("channel_method_name", "=", value)
                domain &= Domain("date_done", ">=", since)
                return str(value), domain, "exec_time desc, id desc"
            case "channel":
                domain = Domain("channel", "=", value)
                domain |= Domain("channel", "=like", f"{value}.%")
                domain &= Domain("state", "in", _OPEN)
                return str(value), domain, None
        raise ValueError(f"the dashboard shows no figure {what!r}")

    @api.model
    def retry_failures(self, exc_name: str | bool) -> int:
        """Requeue all failed jobs with this exception; return how many.

        Those that the user may see; one statement, in the caller's transaction.
        """
        self._check_manager()
        _name, domain, _order = self._figure("failure", exc_name, 1)
        return len(self.env["queue.job"].search(domain)._change_job_state("pending"))

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
