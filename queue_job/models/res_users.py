# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import fields, models


class ResUsers(models.Model):
    """A user says whether failed jobs are news."""

    _inherit = "res.users"

    subscribe_job = fields.Boolean(
        string="Follow Failed Jobs",
        default=True,
        help="Managers of the job queue become followers of every job of their "
        "companies that fails. Untick to hear only of your own jobs and of what you "
        "subscribed to.",
    )

    @property
    def SELF_READABLE_FIELDS(self) -> list[str]:
        """Return the fields users may read on themselves."""
        return [*super().SELF_READABLE_FIELDS, "subscribe_job"]

    @property
    def SELF_WRITEABLE_FIELDS(self) -> list[str]:
        """Return the fields users may write on themselves."""
        return [*super().SELF_WRITEABLE_FIELDS, "subscribe_job"]
