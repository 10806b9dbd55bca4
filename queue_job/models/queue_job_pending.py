# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Collection
from typing import Any

from odoo import models
from odoo.tools import Query

from .. import job_pending


class QueueJob(models.Model):
    """Whoever looks for jobs finds those that wait to be inserted as well."""

    _inherit = "queue.job"

    def flush_model(self, fnames: Collection[str] | None = None) -> None:
        """Insert the jobs that wait for it, and write what the ORM has to write."""
        job_pending.flush(self.env.cr)
        super().flush_model(fnames)

    def _search(self, *args: Any, **kwargs: Any) -> Query:
        job_pending.flush(self.env.cr)
        return super()._search(*args, **kwargs)
