# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The two numbers of the root channel that everybody sets first."""

from __future__ import annotations

from typing import Any

from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of the job queue: those of the root channel."""

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
        """Write the root channel, when something changed."""
        super().set_values()
        root = self._queue_job_root()
        vals = {
            "capacity": self.queue_job_capacity,
            "removal_interval": self.queue_job_removal_interval,
        }
        if any(root[name] != value for name, value in vals.items()):
            root.write(vals)

    @api.model
    def _queue_job_root(self) -> models.BaseModel:
        """Return the root channel; sudo, as settings are for administrators anyway."""
        return self.env.ref("queue_job.channel_root").sudo()
