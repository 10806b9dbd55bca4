# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

from odoo import api, models
from odoo.tools import Query

from ..delay import delay_many
from ..job import pending

if TYPE_CHECKING:
    from ..delay import Delayable


class QueueJob(models.Model):
    """Storing many jobs, and finding those that are not inserted yet."""

    _inherit = "queue.job"

    @api.private
    @api.model
    def delay_many(self, delayables: Iterable[Delayable]) -> list[Any]:
        """Store many jobs that do not wait for each other, in one INSERT.

        ``delayables``: what ``records.delayable(...).method(...)`` returns. Returns for
        each a ``Job``, or the record of its active twin by identity key.

        :raises ValueError: when one of them is part of a graph
        """
        return delay_many(delayables)

    def flush_model(self, fnames: Collection[str] | None = None) -> None:
        """Insert the jobs that wait for it, and write what the ORM has to write."""
        pending.flush(self.env.cr)
        return super().flush_model(fnames)

    def _search(self, *args: Any, **kwargs: Any) -> Query:
        pending.flush(self.env.cr)
        return super()._search(*args, **kwargs)
