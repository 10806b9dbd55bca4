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

    Place = tuple[ProductPricelist, ProductProduct]

#: What tells the prices of a variant on one pricelist apart
KEY = ("min_quantity", "date_start", "date_end")


class ProductPrices(Component):
    """Put the prices of a variant on the pricelists of the shop."""

    _name = "ecommerce.product.prices"
    _inherit = "base.connector"
    _usage = "product.prices"

    def run(self, product: ProductProduct, variant: ShopVariant) -> None:
        """Make the fixed prices of `product` those that the shop gives."""
        self.run_many([(product, variant)])

    def run_many(self, variants: Iterable[tuple[ProductProduct, ShopVariant]]) -> None:
        """Make the fixed prices of products those that the shop gives.

        The usual prices go to the pricelist of the backend, the others to the one that
        its code is mapped to; a price list that is not mapped is left out. Pricelists
        the shop gives no price for are not touched.
        """
        wanted: dict[Place, list[ShopPrice]] = {}
        for product, variant in variants:
            for price in variant.prices:
                pricelist = self.once(
                    self.backend_record._pricelist_of, price.pricelist_code
                )
                if pricelist:
                    wanted.setdefault((pricelist, product), []).append(price)
        known = self._known_items(wanted)
        new: list[dict[str, Any]] = []
        for place, prices in wanted.items():
            new += self._update(place, prices, known.get(place, known[None]))
        if new:
            known[None].create(new)

    def _known_items(
        self, places: Iterable[Place]
    ) -> dict[Place | None, ProductPricelistItem]:
        """Return the fixed prices in Odoo, none of them for None."""
        # an import of prices is no change of prices to export
        model = self.env["product.pricelist.item"].with_context(
            connector_no_export=True
        )
        found = model.search(
            [
                ("pricelist_id", "in", [pricelist.id for pricelist, _ in places]),
                ("product_id", "in", [product.id for _, product in places]),
                ("compute_price", "=", "fixed"),
            ]
        )
        by_place = found.grouped(lambda item: (item.pricelist_id, item.product_id))
        return {**by_place, None: model}

    def _update(
        self, place: Place, prices: Iterable[ShopPrice], items: ProductPricelistItem
    ) -> list[dict[str, Any]]:
        """Update and delete the prices of a product, and return those to create."""
        known = items.grouped(_item_key)
        new = []
        for price in prices:
            values = self._item_values(price)
            same = known.pop(tuple(values[name] for name in KEY), None)
            if not same:
                new.append(self._new_item(place) | values)
            elif same[0].fixed_price != values["fixed_price"]:
                same[0].fixed_price = values["fixed_price"]
        for gone in known.values():
            gone.unlink()
        return new

    def _item_values(self, price: ShopPrice) -> dict[str, Any]:
        return {
            "fixed_price": float(price.amount),
            "min_quantity": float(price.min_quantity),
            "date_start": price.date_start or False,
            "date_end": price.date_end or False,
        }

    def _new_item(self, place: Place) -> dict[str, Any]:
        pricelist, product = place
        return {
            "pricelist_id": pricelist.id,
            "applied_on": "0_product_variant",
            "product_tmpl_id": product.product_tmpl_id.id,
            "product_id": product.id,
            "compute_price": "fixed",
        }


def _item_key(item: ProductPricelistItem) -> tuple[Any, ...]:
    return tuple(item[name] for name in KEY)
