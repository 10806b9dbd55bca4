# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from odoo.addons.component.core import AbstractComponent


class ShipmentExporter(AbstractComponent):
    """Tell the shop what left, once, and its tracking number.

    Works on a binding model of transfers that has `ecommerce.shipment.mixin`. A
    connector writes an export mapper, an adapter with `create(data)` and, for a shop
    that lets add a number later, `write(external_id, data)`.
    """

    _name = "ecommerce.shipment.exporter"
    _inherit = "ecommerce.order.document.exporter"

    def _has_to_skip(self) -> bool | str:
        if not self.binding.shop_line_quantities():
            return self.env._("Nothing of this transfer was sold by the shop.")
        return super()._has_to_skip()

    def _left_behind(self, data: dict[str, Any]) -> Iterable[Any]:
        """Return the shipments of the order with the same quantities."""
        if not self._looks_in_order:
            return super()._left_behind(data)
        left = self.binding.shop_line_quantities()
        quantities = {line: Decimal(repr(left[line])) for line in left}
        shipments = self.shop_order.shipments
        return [s.external_id for s in shipments if s.quantities == quantities]

    def _after_export(self) -> None:
        """Export again the stock that the shop took the shipment off, if it does."""
        backend = self.backend_record
        if not backend._stock_shipment_model():
            return
        products = self.binding.move_ids.product_id
        for model in backend._stock_product_models():
            bindings = self.env[model].search(
                [("backend_id", "=", backend.id), ("odoo_id", "in", products.ids)]
            )
            bindings.with_context(connector_no_export=True).shop_quantity_date = False
        backend.schedule_stock_export()
