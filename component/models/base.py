# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where an environment finds the components of its database."""

from __future__ import annotations

from typing import ClassVar

from odoo import models

from ..core import ComponentRegistry


class Base(models.AbstractModel):
    """Holds the component registry, so that it lives as long as the model classes."""

    _inherit = "base"

    _components_registry: ClassVar[ComponentRegistry | None] = None
