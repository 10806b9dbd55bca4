# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The jobs that synchronize records, one or many at a time."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from odoo.models import BaseModel

    from odoo.addons.queue_job.job import Job

    from .base import Synchronizer

__all__ = [
    "delay_export_record",
    "delay_import_chunk",
    "delay_import_deleted",
    "delay_import_record",
]


def delay_import_record(
    source: Synchronizer,
    external_id: Any,
    options: dict[str, Any] | None = None,
    **kwargs: Any,
) -> Job:
    """Create the job that imports a record, unless one waits for it already.

    :param source: whose model and backend it is about
    :param options: of ``with_delay()``
    :param kwargs: passed on to ``import_record()``
    """
    defaults = {
        "identity_key": f"connector.import:{_target(source)}:{external_id}",
        "description": source.env._(
            "Import %(model)s %(external_id)s from %(backend)s",
            model=source.model._description,
            external_id=external_id,
            backend=source.backend_record.display_name,
        ),
    }
    delayed = source.model.with_delay(**{**defaults, **(options or {})})
    return delayed.import_record(source.backend_record, external_id, **kwargs)


def delay_import_chunk(
    source: Synchronizer,
    external_ids: list[Any],
    options: dict[str, Any] | None = None,
    **kwargs: Any,
) -> Job:
    """Create the job that imports a chunk of records, unless the same one waits."""
    defaults = {
        "identity_key": f"connector.chunk:{_target(source)}:{_digest(external_ids)}",
        "description": source.env._(
            "Import %(count)s records of %(model)s from %(backend)s",
            count=len(external_ids),
            model=source.model._description,
            backend=source.backend_record.display_name,
        ),
    }
    delayed = source.model.with_delay(**{**defaults, **(options or {})})
    return delayed.import_chunk(source.backend_record, external_ids, **kwargs)


def delay_import_deleted(source: Synchronizer, external_ids: list[Any]) -> Job:
    """Create the job that acts on records that seem to be gone from the backend."""
    delayed = source.model.with_delay(
        identity_key=f"connector.deleted:{_target(source)}:{_digest(external_ids)}",
        description=source.env._(
            "Import %(count)s deletions of %(model)s from %(backend)s",
            count=len(external_ids),
            model=source.model._description,
            backend=source.backend_record.display_name,
        ),
    )
    return delayed.import_deleted(source.backend_record, external_ids)


def delay_export_record(
    binding: BaseModel, options: dict[str, Any] | None = None, **kwargs: Any
) -> Job:
    """Create the job that exports a binding, unless one waits for it already."""
    key = f"connector.export:{binding._name}:{binding.id}"
    delayed = binding.with_delay(**{"identity_key": key, **(options or {})})
    return delayed.export_record(**kwargs)


def _digest(external_ids: list[Any]) -> str:
    return hashlib.sha256("\0".join(map(str, external_ids)).encode()).hexdigest()


def _target(source: Synchronizer) -> str:
    backend = source.backend_record
    return f"{backend._name}:{backend.id}:{source.model._name}"
