# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Scheduled actions that run as jobs."""

from __future__ import annotations

import time
from typing import Any, Final

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from odoo.addons.base.models.ir_cron import MIN_TIME_PER_JOB

from ..exception import RetryableJobError

#: A run that meets another one of the same action looks again after this.
_WAIT_FOR_RIVAL: Final = 10  # seconds
# Of two that began together, the one that was stored later yields.
_IS_RUN_BY_ANOTHER: Final = """
    SELECT EXISTS (
        SELECT FROM queue_job AS mine
          JOIN queue_job AS other ON other.identity_key = mine.identity_key
         WHERE mine.uuid = %s AND other.state = 'started' AND other.id < mine.id)
"""


class IrCron(models.Model):
    """A scheduled action may delay a job instead of running in a cron worker.

    It then has a channel, retries, a history and a place on the dashboard, and cron
    workers are free for the next action.
    """

    _inherit = "ir.cron"

    run_as_queue_job = fields.Boolean(
        string="Run as Job",
        help="When it is due a job is delayed, which runs the action as soon as its "
        "channel has room.",
    )
    no_parallel_queue_job_run = fields.Boolean(
        string="One at a Time",
        default=True,
        help="While a job of this action waits no second one is delayed, and two of "
        "them never run at once.",
    )
    channel_id = fields.Many2one(
        "queue.job.channel",
        string="Job Channel",
        compute="_compute_channel_id",
        store=True,
        readonly=False,
        ondelete="restrict",
        index="btree_not_null",
    )

    @api.depends("run_as_queue_job")
    def _compute_channel_id(self) -> None:
        default = self.env.ref(
            "queue_job.channel_root_ir_cron", raise_if_not_found=False
        )
        for cron in self:
            if cron.run_as_queue_job and not cron.channel_id:
                cron.channel_id = default

    @api.constrains("run_as_queue_job")
    def _check_is_no_worker(self) -> None:
        own = self.env.ref("queue_job.ir_cron_queue_job", raise_if_not_found=False)
        if own and own in self.filtered("run_as_queue_job"):
            raise ValidationError(
                self.env._(
                    "“%s” runs the jobs where no worker does; it cannot be one.",
                    own.name,
                )
            )

    def _callback(self, cron_name: str, server_action_id: int) -> None:
        """Delay the job of an action that runs as one; it is committed by the caller.

        Runs as the user of the scheduled action.
        """
        if not self.run_as_queue_job:
            return super()._callback(cron_name, server_action_id)
        action = self.env["ir.actions.server"].browse(server_action_id)
        self._delay_run(action)
        return None

    def method_direct_trigger(self) -> Any:
        """Run the action now; one that runs as a job is delayed in this transaction."""
        self.ensure_one()
        if not self.run_as_queue_job:
            return super().method_direct_trigger()
        self.browse().check_access("write")
        self.with_user(self.user_id)._delay_run(self.ir_actions_server_id)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "A job runs “%s” as soon as there is room.", self.cron_name
                ),
            },
        }

    def _delay_run(self, server_action: models.BaseModel) -> None:
        options: dict[str, Any] = {
            "priority": self.priority,
            "description": self.cron_name,
            "channel": self.channel_id.sudo().complete_name or None,
        }
        if self.no_parallel_queue_job_run:
            options["identity_key"] = f"ir.cron:{self.id}"
        lastcall = self.lastcall or None
        delayed = self.with_delay(**options)
        delayed._run_job_as_queue_job(server_action.with_env(self.env), lastcall)

    def _run_job_as_queue_job(
        self, server_action: models.BaseModel, lastcall: Any = None
    ) -> str | None:
        """Run the action of a scheduled action

        It may commit and say how far it is, as in a cron worker. What it says remains
        is another job's work, which waits behind others of the channel.

        :param lastcall: when the action ran before, for its context
        :return: how much it did, if it says so
        :raises RetryableJobError: while another job runs the same action
        """
        self._yield_to_rival()
        cron, progress = self.with_context(
            lastcall=lastcall,
            cron_id=self.id,
            cron_end_time=time.monotonic() + MIN_TIME_PER_JOB,
        )._add_progress()
        server_action.with_context(**cron.env.context).run()
        self.env.flush_all()
        if progress.deactivate and not progress.remaining:
            self.sudo().active = False
        elif progress.done and progress.remaining:
            self._delay_run(server_action)
        if not (progress.done or progress.remaining):
            return None
        return self.env._(
            "%(done)s done, %(remaining)s remain",
            done=progress.done,
            remaining=progress.remaining,
        )

    def _yield_to_rival(self) -> None:
        if not self.no_parallel_queue_job_run:
            return
        uuid = self.env.context.get("job_uuid")
        self.env.cr.execute(SQL(_IS_RUN_BY_ANOTHER, uuid))
        if self.env.cr.fetchone()[0]:
            raise RetryableJobError(
                f"another job runs “{self.cron_name}”",
                seconds=_WAIT_FOR_RIVAL,
                ignore_retry=True,
            )
