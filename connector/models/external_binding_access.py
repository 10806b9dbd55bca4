# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from odoo import models

if TYPE_CHECKING:
    from typing import Self

__all__ = ["ExternalBindingAccess"]


class ExternalBindingAccess(models.AbstractModel):
    """Who may not read a model may not read it through its bindings."""

    _inherit = "external.binding"

    def _check_access(self, operation: str) -> tuple[Self, Callable] | None:
        """Ask for the right to read the records that the bindings wrap.

        Searches and sums of the fields of a binding reach those of its record, and
        Odoo asks the rules of both models, but the access rights of the first alone.
        """
        access = self.env["ir.model.access"]
        for wrapped in self._inherits:
            if not access.check(wrapped, "read", raise_exception=False):
                return self, partial(access._make_access_error, wrapped, "read")
        return super()._check_access(operation)
