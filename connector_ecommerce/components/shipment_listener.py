# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo.addons.component.core import AbstractComponent
from odoo.addons.component_event import skip_if

if TYPE_CHECKING:
    from odoo.models import BaseModel

    from odoo.addons.stock.models.stock_picking import StockPicking


class ShipmentListener(AbstractComponent):
    """Tell the shop of each delivery of its orders, and of tracking numbers.

    A connector makes it concrete, with `_collection`.
    """

    _name = "ecommerce.shipment.listener"
    _inherit = "ecommerce.listener"
    _apply_on = "stock.picking"

    #: field of the shipment's binding that holds the binding of its order
    _order_field = "shop_order_id"
    #: whether the shop takes a tracking number after the shipment
    _takes_late_tracking = True

    @skip_if(lambda self, record, method: self.no_connector_export(record))
    def on_picking_out_done(self, record: StockPicking, method: str) -> None:
        """Export the shipment; `method` is "partial" when a backorder follows."""
        self._export_shipment(record)

    @skip_if(lambda self, record, method: self.no_connector_export(record))
    def on_picking_dropship_done(self, record: StockPicking, method: str) -> None:
        """Export the shipment that a vendor made."""
        self._export_shipment(record)

    @skip_if(lambda self, record, **kwargs: self.no_connector_export(record))
    def on_tracking_number_added(self, record: StockPicking) -> None:
        """Export a number given after the shipment; one given before goes with it."""
        for binding in self._bindings(record).filtered("external_id"):
            self._tracking_added(binding)

    def _tracking_added(self, binding: BaseModel) -> None:
        """Export the number, or have somebody tell it who can."""
        if not self._takes_late_tracking:
            reason = self.env._("The shop takes no tracking number after the shipment.")
            binding.backend_id.add_checkpoint(binding, reason)
            return
        binding.with_delay().export_record(fields=["carrier_tracking_ref"])

    def _export_shipment(self, picking: StockPicking) -> None:
        """Bind the transfer to each order it comes from, with a job that exports it."""
        for order in self._bindings(picking.sale_id):
            model = self._binding_model("stock.picking")
            binding = model.with_context(connector_no_export=True).create(
                self._shipment_values(order, picking)
            )
            binding.with_delay().export_record()

    def _shipment_values(
        self, order: BaseModel, picking: StockPicking
    ) -> dict[str, Any]:
        return {
            "backend_id": order.backend_id.id,
            "odoo_id": picking.id,
            self._order_field: order.id,
        }
