# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import fields, models

from ..job.allowed import STRICT_PARAMETER


class ResConfigSettings(models.TransientModel):
    """Which methods may be jobs."""

    _inherit = "res.config.settings"

    queue_job_strict = fields.Boolean(
        string="Declared Methods Only",
        config_parameter=STRICT_PARAMETER,
        help="Only methods with a job function may be delayed and run. Modules bring "
        "the job functions they need; a module that does not would fail.",
    )
