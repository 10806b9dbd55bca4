# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import fields, models


class QueueJobLock(models.Model):
    """Kept for modules that read it: the engine's own locks are leases."""

    _name = "queue.job.lock"
    _description = "Queue Job Lock"
    _log_access = False

    queue_job_id = fields.Many2one(
        "queue.job", required=True, ondelete="cascade", index=True, readonly=True
    )
