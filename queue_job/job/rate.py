# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The key by which the rates of a job are counted apart from those of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odoo.models import BaseModel

if TYPE_CHECKING:
    from . import Job


def rate_key(job: Job, path: str) -> str:
    """Return the key of a job: the same text for the same values.

    :param path: a field of its records, with dots, or one of their methods
    """
    records = job.recordset
    if path.partition(".")[0] in records._fields:
        value = records.mapped(path)
    else:
        value = getattr(records, path)()
    if isinstance(value, BaseModel):
        return f"{value._name}{sorted(value.ids)}"
    if isinstance(value, list | tuple | set):
        return ", ".join(sorted(map(str, set(value))))
    return str(value)
