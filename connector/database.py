# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Advisory locks of PostgreSQL, keyed by anything printable."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from odoo.api import Environment

__all__ = ["advisory_lock_key", "pg_try_advisory_lock"]


def advisory_lock_key(lock: object) -> int:
    """Return the signed 64-bit key of ``lock``, the same in every process."""
    digest = hashlib.sha1(str(lock).encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[:8], "little", signed=True)


def pg_try_advisory_lock(env: Environment, lock: object) -> bool:
    """Try to take the advisory lock named ``lock``; False when it is taken.

    Never waits. The lock belongs to the transaction of ``env.cr`` and is freed
    when that one commits or rolls back; taking it twice there succeeds twice.
    """
    env.cr.execute("SELECT pg_try_advisory_xact_lock(%s)", (advisory_lock_key(lock),))
    return env.cr.fetchone()[0]
