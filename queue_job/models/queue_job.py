# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The record of a job: its fields, who may change them, the buttons."""

from __future__ import annotations

import logging
from typing import Any, ClassVar, Final, Self

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..core.states import STATES, JobEvent, JobState
from ..fields import JobResult, JobSerialized
from ..store import enqueue, prune, transitions
from .job_state_field import JobStateField
from .owner_field import OwnerField

_logger = logging.getLogger(__name__)

_MANAGERS: Final = "queue_job.group_queue_job_manager"


class QueueJob(models.Model):
    """A call of a model's method, kept in the database until it succeeded."""

    _name = "queue.job"
    _description = "Queue Job"
    _inherit: ClassVar[list[str]] = [
        "queue.job.graph.mixin",
        "queue.job.related.mixin",
        "queue.job.failure.mixin",
        "queue.job.test.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    # Four columns and an update less per job; nobody but the engine writes here.
    _log_access = False
    _order = "date_created DESC, date_done DESC"

    #: Days a finished job is kept when its channel does not exist (any more).
    _removal_interval: ClassVar[int] = 30
    _default_related_action: ClassVar[str] = "related_action_open_record"

    #: Passed by identity in the context key ``_job_edit_sentinel`` to write protected
    #: fields: no RPC call can build it.
    EDIT_SENTINEL: Final = object()
    #: What a job is and does: whoever could write it could run anything as anybody.
    _protected_fields: ClassVar[tuple[str, ...]] = (
        "uuid",
        "graph_uuid",
        "name",
        "date_created",
        "model_name",
        "method_name",
        "func_string",
        "channel_method_name",
        "job_function_id",
        "records",
        "args",
        "kwargs",
        "result_json",
        "position",
        "dependency_ids",
        "dependent_ids",
    )
    #: The identity a job runs as: for administrators, and logged.
    _identity_fields: ClassVar[tuple[str, ...]] = ("user_id", "company_id")

    # No index may name a column that changes while a job lives (not even in its
    # predicate): each update of the row would then write all indexes (no HOT update).
    uuid = fields.Char(string="UUID", required=True, readonly=True)
    graph_uuid = fields.Char(
        string="Graph UUID",
        readonly=True,
        index="btree_not_null",
        help="Shared by the jobs that wait for each other; empty for a single job.",
    )
    # Not tracked: mail tells the user of a tracked user_id "You have been assigned".
    user_id = OwnerField("res.users", string="User", readonly=True)
    company_id = OwnerField("res.company", string="Company", readonly=True)
    name = fields.Char(string="Description", readonly=True)

    model_name = fields.Char(string="Model", readonly=True)
    method_name = fields.Char(readonly=True)
    # What code passed to itself may say more than its user may see. -> groups
    records = JobSerialized(
        string="Record(s)",
        readonly=True,
        base_type=models.BaseModel,
        groups=_MANAGERS,
    )
    args = JobSerialized(
        string="Arguments", readonly=True, base_type=tuple, groups=_MANAGERS
    )
    kwargs = JobSerialized(
        string="Keyword Arguments", readonly=True, base_type=dict, groups=_MANAGERS
    )
    func_string = fields.Char(string="Task", readonly=True, groups=_MANAGERS)

    state = JobStateField(
        STATES,
        required=True,
        readonly=True,
        default=JobState.PENDING.value,
        group_expand="_group_expand_state",
    )
    priority = fields.Integer(default=10, aggregator=None)
    exc_name = fields.Char(string="Exception", readonly=True)
    exc_message = fields.Char(string="Exception Message", readonly=True, tracking=True)
    # Not read with other fields: a list of failed jobs would read all tracebacks.
    exc_info = fields.Text(
        string="Exception Info", readonly=True, prefetch=False, groups=_MANAGERS
    )
    result = fields.Text(readonly=True)
    result_json = JobResult(string="Result (JSON)", readonly=True)

    date_created = fields.Datetime(string="Created Date", readonly=True)
    date_enqueued = fields.Datetime(string="Enqueue Time", readonly=True)
    date_started = fields.Datetime(string="Start Date", readonly=True)
    date_done = fields.Datetime(readonly=True)
    date_cancelled = fields.Datetime(readonly=True)
    eta = fields.Datetime(string="Execute only after")
    exec_time = fields.Float(
        string="Execution Time (avg)",
        aggregator="avg",
        readonly=True,
        help="Seconds the last attempt took.",
    )

    retry = fields.Integer(string="Current try", aggregator=None, readonly=True)
    max_retries = fields.Integer(
        string="Max. retries",
        aggregator=None,
        help="The job fails when it could not be completed in as many tries. "
        "0 retries for ever.",
    )
    channel_method_name = fields.Char(string="Complete Method Name", readonly=True)
    job_function_id = fields.Many2one(
        "queue.job.function", string="Job Function", readonly=True
    )
    channel = fields.Char()
    channel_id = fields.Many2one(
        "queue.job.channel",
        string="Channel Record",
        compute="_compute_channel_id",
        search="_search_channel_id",
    )
    identity_key = fields.Char(readonly=True, index="btree_not_null")
    worker_pid = fields.Integer(string="Worker PID", aggregator=None, readonly=True)

    # Every column of these is written once, at creation.
    _uuid_unique = models.UniqueIndex("(uuid)", "A job with this UUID exists already.")
    _date_created_index = models.Index("(date_created, id)")

    @api.depends("channel")
    def _compute_channel_id(self) -> None:
        names = set(self.mapped("channel")) - {False}
        channels = self.env["queue.job.channel"].search(
            [("complete_name", "in", list(names))]
        )
        by_name = {channel.complete_name: channel for channel in channels}
        for job in self:
            job.channel_id = by_name.get(job.channel, False)

    @api.model
    def _search_channel_id(self, operator: str, value: Any) -> Domain:
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        channels = self.env["queue.job.channel"].search([("id", operator, value)])
        return Domain("channel", "in", channels.mapped("complete_name"))

    @api.model
    def _group_expand_state(self, states: list[str], _domain: Domain) -> list[str]:
        """Order groups as a job passes through them; empty ones are not shown."""
        return [state.value for state in JobState if state.value in states]

    # -- who may write what ------------------------------------------------------------

    @api.private
    @api.model_create_multi
    def create(self, vals_list: list[dict[str, Any]]) -> Self:
        """Create job records from data files; ``with_delay`` has a faster way.

        :raises AccessError: without ``EDIT_SENTINEL`` in the context
        """
        if not self._may_edit():
            raise AccessError(
                self.env._(
                    "Queue jobs are created with “with_delay()” only: a job record "
                    "cannot be created directly."
                )
            )
        # A message and followers for each job were the main cost of creating jobs.
        quiet = self.with_context(tracking_disable=True)
        return super(QueueJob, quiet).create(vals_list).with_env(self.env)

    def write(self, vals: dict[str, Any]) -> bool:
        """Write values; a job that becomes failed tells its followers.

        :raises AccessError: for protected fields without ``EDIT_SENTINEL``, for the
            user and company of the job by anyone but an administrator
        """
        self._check_protected(vals)
        if "user_id" in vals and vals["user_id"]:
            self._log_identity_change(vals["user_id"])
            self._rebind_records(vals["user_id"])
        result = super().write(vals)
        if vals.get("state") == JobState.FAILED:
            self._message_post_on_failure()
        return result

    @api.model
    def _may_edit(self) -> bool:
        return self.env.context.get("_job_edit_sentinel") is self.EDIT_SENTINEL

    @api.model
    def _check_protected(self, vals: dict[str, Any]) -> None:
        if self._may_edit():
            return
        if protected := sorted(set(vals).intersection(self._protected_fields)):
            raise AccessError(
                self.env._(
                    "The fields %(fields)s of a queue job cannot be changed: they say "
                    "what the job runs. Cancel the job and delay a new one.",
                    fields=", ".join(protected),
                )
            )
        identity = sorted(set(vals).intersection(self._identity_fields))
        if identity and not self.env.is_system():
            raise AccessError(
                self.env._(
                    "The fields %(fields)s say as whom a queue job runs: only an "
                    "administrator may change them.",
                    fields=", ".join(identity),
                )
            )

    def _log_identity_change(self, user_id: int) -> None:
        user = self.env["res.users"].browse(user_id)
        for job in self:
            job._message_log(
                body=self.env._(
                    "The job runs as %(user)s from now on, no more as %(before)s.",
                    user=user.display_name,
                    before=job.user_id.display_name or self.env._("nobody"),
                )
            )
            _logger.info(
                "job %s: user changed from %s to %s by %s",
                job.uuid,
                job.user_id.id,
                user_id,
                self.env.uid,
                extra={"action": "job_identity", "job": job.uuid},
            )

    def _rebind_records(self, user_id: int) -> None:
        """Make the jobs' records be read and written as the user ``user_id``."""
        editable = self.with_context(_job_edit_sentinel=self.EDIT_SENTINEL)
        for job in editable:
            job.records = job.records.with_user(user_id)

    # -- buttons -----------------------------------------------------------------------

    def requeue(self) -> bool:
        """Run again the jobs that are over; the others are skipped."""
        result = self.env._("Requeued by %s", self.env.user.name)
        self._change_job_state(JobState.PENDING, result=result)
        return True

    def button_done(self) -> bool:
        """Declare the jobs done without running them, and release their children."""
        result = self.env._("Manually set to done by %s", self.env.user.name)
        self._change_job_state(JobState.DONE, result=result)
        return True

    def button_cancelled(self) -> bool:
        """Abandon the jobs that did not begin, and all that wait for them."""
        result = self.env._("Cancelled by %s", self.env.user.name)
        self._change_job_state(JobState.CANCELLED, result=result)
        return True

    def _change_job_state(self, state: str, result: str | None = None) -> Self:
        """Move to ``state`` the jobs that a user may move there; return those.

        Jobs in another state are skipped. A few statements whatever the number of jobs,
        in the caller's transaction.

        :raises ValueError: when no button leads to ``state``
        :raises AccessError: when the user may not do that to one of them
        """
        event = _event_to(state)
        if not self:
            return self
        jobs = self._allowed(event)
        self.flush_model()
        changed = transitions.apply(
            self.env.cr,
            event,
            jobs.ids,
            result=result,
            result_of_descendants=self.env._(
                "Cancelled by %s with a job it waits for", self.env.user.name
            ),
        )
        # Descendants that are not in self changed as well.
        self.env["queue.job"].invalidate_model()
        if changed:
            enqueue.wake_after_commit(self.env.cr)
            _logger.info(
                "%d jobs: %s by user %s",
                len(changed),
                event.value,
                self.env.uid,
                extra={"action": f"job_{event.value}", "count": len(changed)},
            )
        return self.browse(changed)

    # -- housekeeping ------------------------------------------------------------------

    @api.autovacuum
    def _gc_old_jobs(self) -> tuple[int, bool]:
        """Delete a batch of jobs that ended before their channel's removal interval.

        :return: deleted jobs, whether some may remain; the vacuum cleaner commits
        """
        self.env.flush_all()
        batch = prune.next_batch(self.env.cr, self._removal_interval)
        self.browse(batch.job_ids).unlink()
        return len(batch.job_ids), batch.has_next

    @api.model
    def autovacuum(self) -> bool:
        """Legacy: delete all jobs whose removal interval is over, batch by batch.

        For scheduled actions of older versions; ``_gc_old_jobs`` is called by Odoo.
        """
        self.check_access("unlink")
        remaining = True
        while remaining:
            _deleted, remaining = self._gc_old_jobs()
        return True

    @api.model
    def requeue_stuck_jobs(
        self, enqueued_delta: int = 5, started_delta: int = 0
    ) -> bool:
        """Legacy: put back the jobs of dead workers, for crons of older versions.

        Workers do so by themselves within seconds. The minutes are ignored: that a
        worker died is known, it need not be guessed from how long a job runs.
        """
        self.check_access("unlink")
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT uuid FROM queue_job_rescue() WHERE state = 'failed'"
        )
        failed = [uuid for (uuid,) in self.env.cr.fetchall()]
        self.env["queue.job"].invalidate_model()
        self.search([("uuid", "in", failed)])._message_post_on_failure()
        return True

    def _needaction_domain_get(self) -> list[Any]:
        """Return the domain of the jobs that need a look."""
        return [("state", "=", JobState.FAILED.value)]


def _event_to(state: str) -> JobEvent:
    match JobState(state):
        case JobState.PENDING:
            return JobEvent.REQUEUE
        case JobState.DONE:
            return JobEvent.SET_DONE
        case JobState.CANCELLED:
            return JobEvent.CANCEL
        case _:
            raise ValueError(
                f"no button brings a job to state {state!r}: "
                "use 'pending', 'done' or 'cancelled'"
            )
