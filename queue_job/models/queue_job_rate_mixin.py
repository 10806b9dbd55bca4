# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any, Final, Self

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..store import enqueue

#: Field -> the least it may be.
_LEAST: Final = {"rate_limit": 0, "rate_period": 1, "rate_burst": 1}


class QueueJobRateMixin(models.AbstractModel):
    """How many jobs may start per period."""

    _name = "queue.job.rate.mixin"
    _description = "Rate of Jobs"

    rate_limit = fields.Integer(
        string="Rate",
        aggregator=None,
        help="Jobs that may start per period, over all workers. Others wait in their "
        "order, without using up a try. 0: no limit.",
    )
    rate_period = fields.Integer(
        string="Period (s)", default=60, aggregator=None, help="Seconds of the period."
    )
    rate_burst = fields.Integer(
        string="Burst",
        default=1,
        aggregator=None,
        help="Jobs that may start at once after a pause; the rate holds on average. "
        "1: evenly spread.",
    )

    @api.constrains(*_LEAST)
    def _check_rate(self) -> None:
        for record in self.filtered("rate_limit"):
            for name, least in _LEAST.items():
                if record[name] < least:
                    raise ValidationError(
                        self.env._(
                            "%(record)s: %(field)s must be %(least)s or more, not "
                            "%(value)s.",
                            record=record.display_name,
                            field=record._fields[name]._description_string(self.env),
                            least=least,
                            value=record[name],
                        )
                    )

    @api.model_create_multi
    def create(self, vals_list: list[dict[str, Any]]) -> Self:
        """Create; jobs that wait for a token are looked at anew."""
        records = super().create(vals_list)
        if any(vals.get("rate_limit") for vals in vals_list):
            self._leave_lines()
        return records

    def write(self, vals: dict[str, Any]) -> bool:
        """Write; jobs that wait for a token are looked at anew."""
        result = super().write(vals)
        if any(name.startswith("rate_") for name in vals):
            self._leave_lines()
        return result

    def unlink(self) -> bool:
        """Delete; jobs that wait for a token are looked at anew."""
        had_rates = any(record.rate_limit for record in self)
        result = super().unlink()
        if had_rates:
            self._leave_lines()
        return result

    @api.model
    def _leave_lines(self) -> None:
        self.env.flush_all()
        self.env.cr.execute("SELECT queue_job_leave_lines()")
        enqueue.wake_after_commit(self.env.cr)
