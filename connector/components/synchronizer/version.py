# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Versions of external records, to leave alone those that did not change."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from odoo.models import BaseModel

    from ..binder import Binder

__all__ = [
    "changed_since_sync",
    "content_version",
    "forget_failure",
    "is_same_version",
    "parse_datetime",
]


def content_version(record: Any) -> str:
    """Return a digest of a record, for backends that date nothing."""
    text = json.dumps(record, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def parse_datetime(value: Any) -> datetime | Any:
    """Return an ISO 8601 date as Odoo stores it: naive, UTC, without microseconds.

    None for nothing, which is left to who has a value to know.

    :raises ValueError: it is no date
    """
    if not value:
        return None
    if not isinstance(value, datetime):
        value = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    if value.tzinfo is not None:
        value = value.astimezone(UTC).replace(tzinfo=None)
    return value.replace(microsecond=0)


def is_same_version(binding: BaseModel, version: Any) -> bool:
    """Tell whether ``version`` is the one that was imported in ``binding``.

    Versions are compared for equality, as the backend wrote them: no clock is
    involved. A binding without ``external_version`` compares its synchronization
    date, and must be newer.
    """
    if not binding or version is None:
        return False
    if "external_version" in binding._fields:
        return binding.external_version == str(version)
    if "sync_date" not in binding._fields or not binding.sync_date:
        return False
    try:
        changed = parse_datetime(version)
    except ValueError:
        return False
    return changed is not None and changed < binding.sync_date


def changed_since_sync(binder: Binder, binding: BaseModel) -> datetime | None:
    """Return when the record of ``binding`` changed since it was synchronized.

    None when it did not, and for a direct binding whose last synchronization failed:
    keeping the error has changed it.
    """
    synced = binding[binder._sync_date_field]
    wrapped = binder._odoo_field in binding._fields
    if not synced or (
        not wrapped and getattr(binding, "sync_state", "synced") != "synced"
    ):
        return None
    record = binding[binder._odoo_field] if wrapped else binding
    changed = record.write_date.replace(microsecond=0)
    return changed if changed > synced else None


def forget_failure(binder: Binder, binding: BaseModel, external_id: Any) -> None:
    """Note that a record whose import failed was read since, and is as it was."""
    failed = getattr(binding, "sync_state", "synced") == "failed"
    if failed and binding.sync_direction == "import":
        binder.bind(external_id, binding)
