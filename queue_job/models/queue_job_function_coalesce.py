# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import fields, models


class QueueJobFunctionCoalesce(models.Model):
    """Job functions whose jobs may run together."""

    _inherit = "queue.job.function"

    coalesce_limit = fields.Integer(
        string="Run Together",
        aggregator=None,
        help="As many waiting jobs that differ only in their records run as one call "
        "on all of these, in one transaction. When the call fails, each job runs by "
        "itself. For methods that treat each record alike and are faster for many. "
        "0: each job by itself.",
    )

    _coalesce_limit_positive = models.Constraint(
        "CHECK(coalesce_limit >= 0)",
        "Run Together is a number of jobs; 0 means that each runs by itself.",
    )
    _coalesce_without_commit = models.Constraint(
        "CHECK(coalesce_limit <= 1 OR allow_commit IS NOT TRUE)",
        "Jobs that may commit cannot run together: when one fails, the others would "
        "be done again. Take away “Allow Commit”, or set “Run Together” to 0.",
    )
