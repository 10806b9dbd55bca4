# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Related action as a plain function, as it was written up to 9.0."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from odoo.addons.queue_job.models.queue_job import QueueJob

__all__ = ["unwrap_binding"]


def unwrap_binding(
    job: QueueJob, component_usage: str = "binder", **kwargs: Any
) -> dict[str, Any] | None:
    """Return the action that opens the normal record of the binding of a job.

    ``job`` is a ``queue.job`` record, or any job that gives one by
    ``db_record()``. Kept for connectors written before methods of ``queue.job``
    were the way to declare related actions.
    """
    record = job if hasattr(job, "_name") else job.db_record()
    return record.related_action_unwrap_binding(component_usage=component_usage)
