# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import fields, models


class QueueJobTrace(models.Model):
    """A job belongs to the trace of whoever delayed it."""

    _inherit = "queue.job"

    traceparent = fields.Char(
        string="Trace Context",
        readonly=True,
        help="W3C traceparent of the OpenTelemetry span in which the job was delayed.",
    )
