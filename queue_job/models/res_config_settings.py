# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What everybody sets first: two numbers of the root channel, and monitoring."""

from __future__ import annotations

import secrets
from typing import Any, Final

from odoo import api, fields, models

#: Who knows it may read metrics and health; without it these are off.
MONITORING_TOKEN: Final = "queue_job.monitoring_token"


class ResConfigSettings(models.TransientModel):
    """Settings of the job queue: the root channel, and who may watch."""

    _inherit = "res.config.settings"

    queue_job_capacity = fields.Integer(
        string="Jobs at a Time",
        help="How many jobs run at the same time, over all channels and workers. "
        "0 = as many as there are workers.",
    )
    queue_job_removal_interval = fields.Integer(
        string="Keep Finished Jobs",
        help="Days after which done and cancelled jobs are deleted, "
        "unless their channel says otherwise.",
    )
    queue_job_override = fields.Char(readonly=True)
    queue_job_monitoring_token = fields.Char(
        string="Monitoring Token",
        config_parameter=MONITORING_TOKEN,
        help="Who sends it may read /queue_job/metrics (Prometheus) and "
        "/queue_job/health. Empty: both are off. A token in the configuration file "
        "wins.",
    )

    @api.model
    def get_values(self) -> dict[str, Any]:
        """Read the root channel."""
        root = self._queue_job_root()
        return {
            **super().get_values(),
            "queue_job_capacity": root.capacity,
            "queue_job_removal_interval": root.removal_interval,
            "queue_job_override": root.override,
        }

    def set_values(self) -> None:
        """Write the root channel, when something changed.

        :raises AccessError: for users who may not change settings
        """
        self.check_access("write")  # the channel is written in superuser mode
        super().set_values()
        root = self._queue_job_root()
        vals = {
            "capacity": self.queue_job_capacity,
            "removal_interval": self.queue_job_removal_interval,
        }
        if any(root[name] != value for name, value in vals.items()):
            root.write(vals)

    def action_queue_job_new_token(self) -> dict[str, Any]:
        """Let monitoring in with a new token, and with no older one."""
        self.ensure_one()
        self.queue_job_monitoring_token = secrets.token_urlsafe(32)
        return self.execute()

    @api.model
    def _queue_job_root(self) -> models.BaseModel:
        """Return the root channel; sudo, as settings are for administrators anyway."""
        return self.env.ref("queue_job.channel_root").sudo()
