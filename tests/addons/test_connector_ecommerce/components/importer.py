# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from decimal import Decimal
from typing import Any

from odoo.addons.component.core import Component
from odoo.addons.connector.components.mapper import external_to_m2o, mapping
from odoo.addons.connector_ecommerce.core import ShopOrder, ShopProduct

from ..memory_shop import MemoryClient


class OrderImporter(Component):
    """The orders in memory are in the neutral form already."""

    _name = "test.shop.order.importer"
    _inherit = "ecommerce.sale.order.importer"
    _collection = "test.shop.backend"
    _apply_on = "test.shop.sale.order"

    def _shop_order(self) -> ShopOrder:
        return self.external_record

    def _is_placed(self) -> bool:
        return self.external_record.state != "cart"


class OrderBatchImporter(Component):
    _name = "test.shop.order.batch.importer"
    _inherit = ["ecommerce.order.batch.importer", "generic.delayed.batch.importer"]
    _collection = "test.shop.backend"
    _apply_on = "test.shop.sale.order"
    _usage = "batch.importer"
    _final_states = ("delivered",)


class TaxResolver(Component):
    _name = "test.shop.tax.resolver"
    _inherit = "ecommerce.tax.resolver"
    _collection = "test.shop.backend"

    def _shop_taxes(self) -> list[tuple[Decimal | float, str]]:
        return [(Decimal(20), "normal"), (5.5, "books")]


class RecordImporter(Component):
    _name = "test.shop.record.importer"
    _inherit = "generic.importer"
    _collection = "test.shop.backend"
    _apply_on = ["test.shop.res.partner", "test.shop.product.product"]


class TemplateImporter(Component):
    """The products in memory are in the neutral form already, or have its names."""

    _name = "test.shop.template.importer"
    _inherit = "ecommerce.product.importer"
    _collection = "test.shop.backend"
    _apply_on = "test.shop.product.template"

    def _shop_product(self) -> ShopProduct | dict[str, Any]:
        return self.external_record


class CategoryImporter(Component):
    _name = "test.shop.category.importer"
    _inherit = "generic.importer"
    _collection = "test.shop.backend"
    _apply_on = "test.shop.product.category"

    def _import_dependencies(self) -> None:
        self._import_dependency(
            self.external_record.get("parent"), "test.shop.product.category"
        )


class CategoryMapper(Component):
    _name = "test.shop.category.mapper"
    _inherit = "base.import.mapper"
    _collection = "test.shop.backend"
    _apply_on = "test.shop.product.category"

    direct = [("name", "name"), (external_to_m2o("parent"), "parent_id")]


class ImageReader(Component):
    """Images in memory, with the checks of the real ones."""

    _name = "test.shop.image.reader"
    _inherit = "ecommerce.image.reader"
    _collection = "test.shop.backend"

    def _client(self, url: str) -> Any:
        return MemoryClient(self.work.shop.images[url])


class CustomerMapper(Component):
    _name = "test.shop.customer.mapper"
    _inherit = "base.import.mapper"
    _collection = "test.shop.backend"
    _apply_on = "test.shop.res.partner"

    direct = [("name", "name"), ("email", "email"), ("street", "street")]


class ProductMapper(Component):
    _name = "test.shop.product.mapper"
    _inherit = "base.import.mapper"
    _collection = "test.shop.backend"
    _apply_on = "test.shop.product.product"

    direct = [("name", "name"), ("sku", "default_code")]

    @mapping
    def stored(self, record: dict[str, Any]) -> dict[str, Any]:
        """Goods have a stock, and are invoiced when they are ordered."""
        return {"type": "consu", "is_storable": True, "invoice_policy": "order"}
