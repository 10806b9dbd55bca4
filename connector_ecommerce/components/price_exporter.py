# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import TYPE_CHECKING

from odoo.addons.component.core import AbstractComponent

if TYPE_CHECKING:
    from odoo.models import BaseModel

    #: price of one unit by code of the price list in the shop, "" for the usual one
    Prices = dict[str, float]


class PriceExporter(AbstractComponent):
    """Export the prices that changed, many products at once.

    A connector writes `_export_values({code: price})`, no more.
    """

    _name = "ecommerce.price.exporter"
    _inherit = "ecommerce.delta.exporter"
    _usage = "price.exporter"

    def prices(self, bindings: BaseModel) -> dict[BaseModel, Prices]:
        """Return the prices of one unit, by code of the price list in the shop.

        The usual ones, "", are those of the backend's pricelist, else the public
        prices; the others those of the table of price lists. A few queries for each
        pricelist, not one a product.
        """
        backend = self.backend_record
        products = bindings.odoo_id.with_company(backend.company_id)
        by_code = {"": self._usual_prices(products)}
        for line in backend.pricelist_mapping_ids:
            pricelist = line.target_id
            by_code[line.shop_code] = pricelist._get_products_price(products, 1.0)
        return {
            binding: {
                code: prices[binding.odoo_id.id] for code, prices in by_code.items()
            }
            for binding in bindings
        }

    def _usual_prices(self, products: BaseModel) -> dict[int, float]:
        pricelist = self.backend_record.pricelist_id
        if pricelist:
            return pricelist._get_products_price(products, 1.0)
        return {product.id: product.lst_price for product in products}

    def _changed_values(self, bindings: BaseModel) -> dict[BaseModel, Prices]:
        return {
            binding: prices
            for binding, prices in self.prices(bindings).items()
            if binding.shop_prices != prices
        }

    def _mark_exported(self, values: dict[BaseModel, Prices]) -> None:
        for binding, prices in values.items():
            binding.with_context(connector_no_export=True).shop_prices = prices
