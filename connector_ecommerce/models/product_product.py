# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo import api, models

from ..event import notify


class ProductProduct(models.Model):
    _inherit = "product.product"

    @api.model
    def _price_changed_fields(self) -> set[str]:
        """Return the fields whose change makes `on_product_price_changed` fire."""
        return self.env["product.template"]._price_changed_fields() | {"price_extra"}

    def _notify_price_changed(self) -> None:
        """Fire `on_product_price_changed` for each variant."""
        notify(self, "on_product_price_changed")

    @api.model_create_multi
    def create(self, vals_list: list[dict[str, Any]]) -> ProductProduct:
        """Create, then notify the price of the variants that were given one."""
        quiet = self.with_context(ecommerce_price_event_held=True)
        products = super(ProductProduct, quiet).create(vals_list)
        products = products.with_env(self.env)
        if self.env.context.get("ecommerce_price_event_held"):
            return products
        watched = self._price_changed_fields()
        for product, vals in zip(products, vals_list, strict=True):
            if watched & vals.keys():
                product._notify_price_changed()
        return products

    def write(self, vals: dict[str, Any]) -> bool:
        """Write, then notify the price of each variant, once.

        A price of the template reaches the other variants too: they are notified by
        the template, which the context key `from_product_ids` tells to leave these out.
        """
        if not self._price_changed_fields() & vals.keys():
            return super().write(vals)
        done = self.env.context.get("from_product_ids", ())
        told = self.with_context(from_product_ids=(*done, *self.ids))
        result = super(ProductProduct, told).write(vals)
        if not self.env.context.get("ecommerce_price_event_held"):
            # the inverse of `lst_price` writes `list_price` from within this write
            self.filtered(lambda p: p.id not in done)._notify_price_changed()
        return result
