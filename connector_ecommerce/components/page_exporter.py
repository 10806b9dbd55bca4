# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from odoo.addons.component.core import AbstractComponent


class PageExporter(AbstractComponent):
    """Export what has a page in the shop: a product, a category.

    Its slug, the last part of the address of the page, tells it apart: one that a dead
    worker created is found again by it. Works on a binding model that has
    `ecommerce.page.mixin`.
    """

    _name = "ecommerce.page.exporter"
    _inherit = "generic.exporter"
    _usage = "record.exporter"

    def _lock(self) -> None:
        """Give the binding its slug for good before the shop hears of it."""
        self.binding.ensure_slug()
        self._commit()
        return super()._lock()

    def _left_behind(self, data: dict[str, Any]) -> Iterable[Any]:
        return self.backend_adapter.search({"slug": self.binding.slug})
