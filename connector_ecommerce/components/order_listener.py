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

    A connector makes it concrete, with `_collection`.
    """

    _name = "ecommerce.order.listener"
    _inherit = "ecommerce.listener"
    _apply_on = "sale.order"

    @skip_if(lambda self, record: self.no_connector_export(record))
    def on_order_canceled(self, record: SaleOrder) -> None:
        """Cancel the order in the shop, by a job."""
        for order in self._bindings(record).filtered("external_id"):
            order.with_delay(identity_key=identity_exact).export_cancellation()
