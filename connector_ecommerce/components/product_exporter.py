# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from odoo.addons.component.core import AbstractComponent


class ProductExporter(AbstractComponent):
    """Export a product after its categories, then its variants, stock and prices.

    A connector writes the export mappers of product and variant.
    """

    _name = "ecommerce.product.exporter"
    _inherit = "ecommerce.page.exporter"

    def _export_dependencies(self) -> None:
        for category in self.binding.category_ids:
            self._export_dependency(category, category._name)
        return super()._export_dependencies()

    def _after_export(self) -> None:
        variants = self.backend_record._binding_model("product.product")
        for variant in self.binding.odoo_id.product_variant_ids:
            self._export_dependency(variant, variants)
        self._show_in_categories()
        self.backend_record.schedule_stock_export()
        return super()._after_export()

    def _show_in_categories(self) -> None:
        """Put the product in its categories, where a product does not name them."""


class VariantExporter(AbstractComponent):
    """Export a variant, which its SKU tells apart among those of its product."""

    _name = "ecommerce.variant.exporter"
    _inherit = "generic.exporter"
    _usage = "record.exporter"

    #: names in the data of what tells a variant apart
    _natural_key = ("sku",)

    def _left_behind(self, data: dict[str, Any]) -> Iterable[Any]:
        return self.backend_adapter.search({k: data[k] for k in self._natural_key})
