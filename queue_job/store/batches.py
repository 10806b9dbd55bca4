# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Counts of the jobs of batches; ``batches.sql`` keeps them."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from odoo.sql_db import BaseCursor
from odoo.tools import SQL


class Counts(NamedTuple):
    """Jobs of a batch, deleted ones that were over included."""

    jobs: int = 0
    #: Done or cancelled.
    finished: int = 0
    failed: int = 0

    @property
    def is_over(self) -> bool:
        """Return whether no job is left that will run by itself."""
        return 0 < self.jobs <= self.finished + self.failed


def counts(cr: BaseCursor, ids: Collection[int]) -> dict[int, Counts]:
    """Return the counts of those of the batches that have jobs."""
    if not ids:
        return {}
    cr.execute(SQL("SELECT * FROM queue_job_batch_counts(%s)", list(ids)))
    return {batch_id: Counts(*row) for batch_id, *row in cr.fetchall()}


def fold(cr: BaseCursor) -> list[int]:
    """Add up what changed, in the caller's transaction; return the batches."""
    cr.execute(SQL("SELECT queue_job_fold_batches()"), log_exceptions=False)
    return [batch_id for (batch_id,) in cr.fetchall()]


def forget(cr: BaseCursor, ids: Collection[int]) -> None:
    """Delete the counts of batches that are deleted."""
    for table in ("queue_job_batch_count", "queue_job_batch_change"):
        cr.execute(
            SQL(
                "DELETE FROM %s WHERE batch_id = ANY(%s)",
                SQL.identifier(table),
                list(ids),
            )
        )
