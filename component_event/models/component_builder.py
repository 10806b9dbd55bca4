# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Checks the listeners when the components of a database are complete."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from odoo import models

from ..validation import listener_problems

if TYPE_CHECKING:
    from odoo.addons.component.core import ComponentRegistry
    from odoo.addons.component.validation import Problem


class ComponentBuilder(models.AbstractModel):
    _inherit = "component.builder"

    def _component_problems(self, registry: ComponentRegistry) -> Iterator[Problem]:
        """Add what is wrong with listeners."""
        yield from super()._component_problems(registry)
        yield from listener_problems(registry)
