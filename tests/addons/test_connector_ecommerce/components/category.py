# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo.addons.component.core import Component
from odoo.addons.connector.components.mapper import changed_by, mapping


class CategoryExportMapper(Component):
    _name = "test.shop.category.export.mapper"
    _inherit = "base.export.mapper"
    _collection = "test.shop.backend"
    _apply_on = "test.shop.product.category"

    direct = [("name", "name")]

    @changed_by("parent_id")
    @mapping
    def parent(self, record: Any) -> dict[str, Any]:
        """Return the id of the parent in the shop."""
        return {"parent": self.binder_for().to_external(record.parent_id)}


class CategoryExporter(Component):
    """The shop has a call to move a category."""

    _name = "test.shop.category.exporter"
    _inherit = "ecommerce.category.exporter"
    _collection = "test.shop.backend"
    _apply_on = "test.shop.product.category"
    _moved_by = "parent"


class CategoryListener(Component):
    _name = "test.shop.category.listener"
    _inherit = "ecommerce.category.listener"
    _collection = "test.shop.backend"
    _apply_on = "test.shop.product.category"


class CategoryLister(Component):
    """A category lists its products, and shows those of its rule as well."""

    _name = "test.shop.category.lister"
    _inherit = "ecommerce.category.lister"
    _collection = "test.shop.backend"
    _apply_on = "test.shop.product.template"

    def _listed(self, category: dict[str, Any]) -> set[str]:
        return set(category["products"])

    def _list_values(
        self, category: dict[str, Any], product_ids: set[str]
    ) -> dict[str, Any]:
        return {"products": sorted(product_ids)}
