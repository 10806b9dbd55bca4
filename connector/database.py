# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Advisory locks of PostgreSQL, keyed by anything printable."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from odoo.api import Environment

__all__ = ["advisory_lock_key", "pg_try_advisory_lock", "pg_try_advisory_locks"]


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


def pg_try_advisory_locks(env: Environment, locks: Iterable[str]) -> set[str]:
    """Try to take many advisory locks in one query; return those that were free.

    As for ``pg_try_advisory_lock()``, it never waits: no deadlock can come of it.
    """
    names = list(locks)
    env.cr.execute(
        """
        SELECT name FROM unnest(%s::text[], %s::bigint[]) AS lock (name, key)
         WHERE pg_try_advisory_xact_lock(key)
        """,
        (names, [advisory_lock_key(name) for name in names]),
    )
    return {name for (name,) in env.cr.fetchall()}
