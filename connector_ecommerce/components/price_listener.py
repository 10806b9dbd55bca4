# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import TYPE_CHECKING

from odoo.addons.component.core import AbstractComponent
from odoo.addons.component_event import skip_if

if TYPE_CHECKING:
    from odoo.models import BaseModel

    from odoo.addons.product.models.product_pricelist import ProductPricelist
    from odoo.addons.product.models.product_pricelist_item import (
        ProductPricelistItem,
    )
    from odoo.addons.product.models.product_product import ProductProduct


class PriceListener(AbstractComponent):
    """Schedule the export of prices when they change: on a product or a pricelist.

    A connector makes it concrete, with `_collection`.
    """

    _name = "ecommerce.price.listener"
    _inherit = "ecommerce.listener"
    _apply_on = ["product.product", "product.pricelist.item"]

    @skip_if(lambda self, record: self.no_connector_export(record))
    def on_product_price_changed(self, record: ProductProduct) -> None:
        """Schedule the export for the shops that sell the product."""
        backends = self._listening()
        backends.filtered(lambda b: b._sells(record)).schedule_price_export()

    @skip_if(lambda self, record, **kwargs: self.no_connector_export(record))
    def on_record_create(
        self, record: ProductPricelistItem, fields: list[str] | None = None
    ) -> None:
        """Schedule the export for a new price."""
        self._pricelist_changed(record)

    @skip_if(lambda self, record, **kwargs: self.no_connector_export(record))
    def on_record_write(
        self, record: ProductPricelistItem, fields: list[str] | None = None
    ) -> None:
        """Schedule the export for a price that changed."""
        self._pricelist_changed(record)

    @skip_if(lambda self, record: self.no_connector_export(record))
    def on_record_unlink(self, record: ProductPricelistItem) -> None:
        """Schedule the export for a price that is no more."""
        self._pricelist_changed(record)

    def _pricelist_changed(self, record: BaseModel) -> None:
        if record._name != "product.pricelist.item":
            return
        pricelist = record.sudo().pricelist_id
        backends = self._listening()
        backends.filtered(lambda b: self._uses(b, pricelist)).schedule_price_export()

    def _uses(self, backend: BaseModel, pricelist: ProductPricelist) -> bool:
        mapped = backend.pricelist_mapping_ids.target_id
        return pricelist in backend.pricelist_id | mapped
