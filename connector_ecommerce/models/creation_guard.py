# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Create once what several imports look for at the same time.

A customer, a payment method, a tax are created by the first order that needs them, and
orders come in parallel. Nothing in the database makes them unique, for users may well
have two of a name: the imports agree among themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo.addons.connector.database import pg_try_advisory_lock
from odoo.addons.connector.exception import GaveWayError

if TYPE_CHECKING:
    from odoo.models import BaseModel


def guard_creation(model: BaseModel, key: str, domain: list[Any]) -> None:
    """Return if nobody else creates, or has just created, what `domain` finds.

    To be called right before creating it. The lock on `key` lasts until the transaction
    ends. A transaction reads the database as it was when it began (REPEATABLE READ):
    what was committed since is seen by a cursor of its own only, hence the second look.
    Raises GaveWayError: the next try finds the record.
    """
    lock = f"create({model._name}, {key})"
    if not pg_try_advisory_lock(model.env, lock):
        raise GaveWayError(f"{lock}: another transaction creates it")
    seen = model.sudo().with_context(active_test=False).search_count(domain)
    with model.env.registry.cursor(readonly=False) as cr:
        fresh = model.with_env(model.env(cr=cr, su=True))
        committed = fresh.with_context(active_test=False).search_count(domain)
    if committed > seen:
        raise GaveWayError(f"{lock}: another transaction has just created it")
