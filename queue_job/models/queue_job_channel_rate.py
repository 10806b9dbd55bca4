# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import ClassVar

from odoo import fields, models


class QueueJobChannelRate(models.Model):
    """Rates of channels: their jobs and those of the channels below."""

    _name = "queue.job.channel"
    _inherit: ClassVar[list[str]] = ["queue.job.channel", "queue.job.rate.mixin"]

    rate_per_key = fields.Boolean(
        string="For Each Rate Key",
        help="The rate is one for each rate key of the jobs, such as their backend, "
        "not one for all of them. Job functions say what the key is.",
    )
