# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What must be kept of a transaction that fails."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from odoo import SUPERUSER_ID, api

if TYPE_CHECKING:
    from odoo.api import Environment

__all__ = ["call_after_rollback"]

_logger = logging.getLogger(__name__)


def call_after_rollback(
    env: Environment, model_name: str, method: str, *args: Any
) -> None:
    """Call a method of a model once the transaction is rolled back, if it is.

    In a transaction of its own, as superuser, that commits.
    """
    registry = env.registry

    def call() -> None:
        try:
            with registry.cursor() as cr:
                own = api.Environment(cr, SUPERUSER_ID, {})
                getattr(own[model_name], method)(*args)
        except Exception:
            # The first error is on its way to the job: it must get there.
            _logger.warning(
                "Could not keep %s.%s%r", model_name, method, args, exc_info=True
            )

    env.cr.postrollback.add(call)
