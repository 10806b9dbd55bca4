# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from odoo.addons.component.core import AbstractComponent

if TYPE_CHECKING:
    from odoo.models import BaseModel


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
        for lister in self.many_components(usage="category.lister"):
            lister.run(self.binding)


class VariantExportMapper(AbstractComponent):
    """What a variant is created with in the shop, for the mapper of a connector.

    A connector inherits it, and writes the names that its shop has for these values.
    """

    _name = "ecommerce.variant.export.mapper"
    _inherit = "base.export.mapper"

    def _sku(self, record: BaseModel) -> str:
        """Return the SKU, which tells the variant apart also where Odoo has none."""
        return record.default_code or f"odoo-{record.odoo_id.id}"

    def _product_id(self, record: BaseModel) -> str:
        """Return the id of its product in the shop."""
        model = self.backend_record._binding_model("product.template")
        return self.binder_for(model).to_external(record.product_tmpl_id, wrap=True)

    def _option_ids(self, record: BaseModel) -> list[str]:
        """Return the ids of its options in the shop, made there where missing."""
        exporter = self.component(usage="option.exporter")
        return exporter.run(self._product_id(record), record.odoo_id)

    def _tax_id(self, record: BaseModel) -> str:
        """Return the id of its tax in the shop."""
        resolver = self.component(usage="tax.resolver")
        return resolver.shop_tax(record.product_tmpl_id)

    def _price_values(self, record: BaseModel) -> dict[str, Any]:
        """Return its prices, as they are written on a variant of the shop."""
        exporter = self.component(usage="price.exporter")
        return exporter._export_values(exporter.prices(record)[record])


class VariantExporter(AbstractComponent):
    """Export a variant, which its SKU tells apart among those of its product."""

    _name = "ecommerce.variant.exporter"
    _inherit = "generic.exporter"
    _usage = "record.exporter"

    #: names in the data of what tells a variant apart
    _natural_key = ("sku",)

    def _left_behind(self, data: dict[str, Any]) -> Iterable[Any]:
        return self.backend_adapter.search({k: data[k] for k in self._natural_key})
