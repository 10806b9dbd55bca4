# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.tools import SQL


class QueueJobRate(models.Model):
    """What rates are counted apart by."""

    _inherit = "queue.job"

    rate_key = fields.Char(
        readonly=True,
        help="Rates of the job's function and channels are counted apart by it. Set "
        "when the job was delayed, by the field or method its job function names.",
    )

    @api.autovacuum
    def _gc_rates(self) -> None:
        """Forget the rates that nobody used for a day."""
        self.env.cr.execute(
            SQL(
                "DELETE FROM queue_job_rate"
                " WHERE GREATEST(due, closed_until) < now() - interval '1 day'"
            )
        )
