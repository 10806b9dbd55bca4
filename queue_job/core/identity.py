# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Ready-made identity keys."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..job import Job


def identity_exact(job: Job) -> str:
    """Return a key shared by the jobs of same model, method, records and arguments.

    To be given as ``identity_key`` to ``with_delay()``.
    """
    return str(identity_exact_hasher(job).hexdigest())


def identity_exact_hasher(job: Job) -> Any:
    """Return the sha1 object behind ``identity_exact``, to be extended.

    Example: a key that also depends on the user::

        def identity_by_user(job):
            hasher = identity_exact_hasher(job)
            hasher.update(str(job.user_id).encode())
            return hasher.hexdigest()
    """
    hasher = hashlib.sha1(usedforsecurity=False)
    for part in (
        job.model_name,
        job.method_name,
        sorted(job.recordset.ids),
        job.args,
        sorted(job.kwargs.items()),
    ):
        hasher.update(str(part).encode("utf-8"))
    return hasher
