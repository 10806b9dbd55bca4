# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo import api, models

from ..operate.doctor import examine
from ..runtime.settings import read_settings


class QueueJobDoctor(models.AbstractModel):
    """The checks of ``odoo queue_job doctor``, for the page of that name."""

    _name = "queue.job.doctor"
    _description = "Job Queue Doctor"

    @api.model
    def examine(self) -> list[dict[str, Any]]:
        """Return what is right and what is wrong: level, text, remedy.

        Looks through a connection of its own, made as workers make theirs.

        :raises AccessError: for users who do not manage the queue
        """
        self.env["queue.job.dashboard"]._check_manager()
        return [
            {
                "level": finding.level.name.lower(),
                "text": finding.text,
                "remedy": finding.remedy,
            }
            for finding in examine(self.env.cr.dbname, read_settings())
        ]
