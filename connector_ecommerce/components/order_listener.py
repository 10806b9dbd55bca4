# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import TYPE_CHECKING

from odoo.addons.component.core import AbstractComponent
from odoo.addons.component_event import skip_if
from odoo.addons.queue_job.job import identity_exact

if TYPE_CHECKING:
    from odoo.addons.sale.models.sale_order import SaleOrder


class OrderListener(AbstractComponent):
    """Tell the shop that an order was cancelled in Odoo.

    A connector makes it concrete, with `_collection` and the binding model.
    """

    _name = "ecommerce.order.listener"
    _inherit = "base.connector.listener"
    _apply_on = "sale.order"

    #: binding model of the orders, with `ecommerce.sale.order.mixin`
    _order_binding_model: str

    @skip_if(lambda self, record: self.no_connector_export(record))
    def on_order_canceled(self, record: SaleOrder) -> None:
        """Cancel the order in the shop, by a job."""
        orders = self.env[self._order_binding_model].sudo()
        known = [("odoo_id", "=", record.id), ("external_id", "!=", False)]
        for order in orders.search(known):
            order.with_delay(identity_key=identity_exact).export_cancellation()
