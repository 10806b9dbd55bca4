# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from odoo.addons.component.core import Component

from ..core import ShopPrice, ShopVariant

if TYPE_CHECKING:
    from odoo.addons.product.models.product_pricelist import ProductPricelist
    from odoo.addons.product.models.product_pricelist_item import (
        ProductPricelistItem,
    )
    from odoo.addons.product.models.product_product import ProductProduct

#: What tells the prices of a variant on one pricelist apart
KEY = ("min_quantity", "date_start", "date_end")


class ProductPrices(Component):
    """Put the prices of a variant on the pricelists of the shop."""

    _name = "ecommerce.product.prices"
    _inherit = "base.connector"
    _usage = "product.prices"

    def run(self, product: ProductProduct, variant: ShopVariant) -> None:
        """Make the fixed prices of `product` those that the shop gives.

        The usual prices go to the pricelist of the backend, the others to the one that
        its code is mapped to; a price list that is not mapped is left out. Pricelists
        the shop gives no price for are not touched.
        """
        by_pricelist: dict[ProductPricelist, list[ShopPrice]] = {}
        for price in variant.prices:
            pricelist = self.backend_record._pricelist_of(price.pricelist_code)
            if pricelist:
                by_pricelist.setdefault(pricelist, []).append(price)
        for pricelist, prices in by_pricelist.items():
            self._write(product, pricelist, prices)

    def _write(
        self,
        product: ProductProduct,
        pricelist: ProductPricelist,
        prices: Iterable[ShopPrice],
    ) -> None:
        model = self.env["product.pricelist.item"]
        # an import of prices is no change of prices to export
        model = model.with_context(connector_no_export=True)
        known = model.search(
            [
                ("pricelist_id", "=", pricelist.id),
                ("product_id", "=", product.id),
                ("compute_price", "=", "fixed"),
            ]
        ).grouped(_item_key)
        for price in prices:
            values = self._item_values(price)
            items = known.pop(tuple(values[name] for name in KEY), model.browse())
            if not items:
                model.create(self._new_item(product, pricelist) | values)
            elif items[0].fixed_price != values["fixed_price"]:
                items[0].fixed_price = values["fixed_price"]
        for items in known.values():
            items.unlink()

    def _item_values(self, price: ShopPrice) -> dict[str, Any]:
        return {
            "fixed_price": float(price.amount),
            "min_quantity": float(price.min_quantity),
            "date_start": price.date_start or False,
            "date_end": price.date_end or False,
        }

    def _new_item(
        self, product: ProductProduct, pricelist: ProductPricelist
    ) -> dict[str, Any]:
        return {
            "pricelist_id": pricelist.id,
            "applied_on": "0_product_variant",
            "product_tmpl_id": product.product_tmpl_id.id,
            "product_id": product.id,
            "compute_price": "fixed",
        }


def _item_key(item: ProductPricelistItem) -> tuple[Any, ...]:
    return tuple(item[name] for name in KEY)
