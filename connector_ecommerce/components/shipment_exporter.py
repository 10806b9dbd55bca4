# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo.addons.component.core import AbstractComponent

if TYPE_CHECKING:
    from odoo.models import BaseModel


class ShipmentExporter(AbstractComponent):
    """Tell the shop what left, once, and its tracking number.

    Works on a binding model of transfers that has `ecommerce.shipment.mixin`. A
    connector writes an export mapper, an adapter with `create(data)` and, for a shop
    that lets add a number later, `write(external_id, data)`.
    """

    _name = "ecommerce.shipment.exporter"
    _inherit = "generic.exporter"
    _usage = "record.exporter"

    #: field of the shipment's binding that holds the binding of its order
    _order_field = "shop_order_id"

    def _has_to_skip(self) -> bool | str:
        if not self.binding.shop_line_quantities():
            return self.env._("Nothing of this transfer was sold by the shop.")
        return super()._has_to_skip()

    def _create(self, data: dict[str, Any]) -> Any:
        """Create the shipment, or take over the one that is there already.

        A worker may die between the answer of the shop and our commit. The lock keeps
        two transfers of an order, or two attempts, apart.
        """
        order = self.binding[self._order_field]
        self.advisory_lock_or_retry(f"{order}, shipments")
        found = self._find_shipment(order, data)
        return found if found is not None else super()._create(data)

    def _find_shipment(self, order: BaseModel, data: dict[str, Any]) -> Any:
        """Return the id of a shipment of the shop with this content that nobody has.

        None without one. To be written for a shop that has no idempotency key.
        """
        return None

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
