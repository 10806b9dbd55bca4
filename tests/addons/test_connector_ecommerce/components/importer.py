# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo.addons.component.core import Component
from odoo.addons.connector.components.mapper import mapping
from odoo.addons.connector_ecommerce.core import ShopOrder


class OrderImporter(Component):
    """The orders in memory are in the neutral form already."""

    _name = "test.shop.order.importer"
    _inherit = "ecommerce.sale.order.importer"
    _collection = "test.shop.backend"
    _apply_on = "test.shop.sale.order"

    _partner_binding_model = "test.shop.res.partner"
    _product_binding_model = "test.shop.product.product"

    def _shop_order(self) -> ShopOrder:
        return self.external_record


class RecordImporter(Component):
    _name = "test.shop.record.importer"
    _inherit = "generic.importer"
    _collection = "test.shop.backend"
    _apply_on = ["test.shop.res.partner", "test.shop.product.product"]


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
