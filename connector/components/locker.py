# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Row locks that make a job come back later instead of waiting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odoo.addons.component.core import Component
from odoo.addons.queue_job.exception import RetryableJobError

if TYPE_CHECKING:
    from odoo.models import BaseModel

__all__ = ["RecordLocker"]


class RecordLocker(Component):
    """Lock records against other transactions, without waiting.

    For instance, two exports that both depend on the same product lock it
    first, so that only one creates it in the backend.
    """

    _name = "base.record.locker"
    _inherit = "base.connector"
    _usage = "record.locker"

    def lock(
        self,
        records: BaseModel,
        seconds: int | None = None,
        ignore_retry: bool = True,
    ) -> None:
        """Lock the rows of ``records`` until the transaction ends.

        The transaction stays usable when the lock is refused. Other records may
        still be created that refer to the locked ones.

        :param seconds: when to try the job again; None = its retry pattern
        :param ignore_retry: do not count the attempt
        :raises RetryableJobError: another transaction holds one of the rows
        """
        # SKIP LOCKED rather than NOWAIT: the latter aborts the transaction.
        locked = records.try_lock_for_update(allow_referencing=True)
        busy = (records - locked).exists()
        if busy:
            raise RetryableJobError(
                f"A concurrent job is working on {busy!r}",
                seconds=seconds,
                ignore_retry=ignore_retry,
            )
