# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class QueueJobChannelRetention(models.Model):
    """How long jobs are kept that did not succeed; ``removal_interval`` is of done."""

    _inherit = "queue.job.channel"

    removal_interval_cancelled = fields.Integer(
        string="Keep Cancelled Jobs For",
        aggregator=None,
        help="Days after which cancelled jobs of this channel are deleted. 0 = as the "
        "parent channel says; where none says anything, as done jobs. -1 = for ever.",
    )
    removal_interval_failed = fields.Integer(
        string="Keep Failed Jobs For",
        aggregator=None,
        help="Days after which failed jobs of this channel are deleted. 0 = as the "
        "parent channel says; where none says anything, for ever. -1 = for ever.",
    )

    @api.constrains("removal_interval_cancelled", "removal_interval_failed")
    def _check_retention(self) -> None:
        for channel in self:
            for name in ("removal_interval_cancelled", "removal_interval_failed"):
                if channel[name] < -1:
                    raise ValidationError(
                        self.env._(
                            "Channel %(channel)s: %(field)s must be a number of days, "
                            "0 (as the parent channel) or -1 (for ever), not "
                            "%(value)s.",
                            channel=channel.complete_name,
                            field=channel._fields[name]._description_string(self.env),
                            value=channel[name],
                        )
                    )
