# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo.addons.component.core import AbstractComponent

from ..core import ShopOrder

if TYPE_CHECKING:
    from odoo.addons.component.core import WorkContext


class OrderDocumentExporter(AbstractComponent):
    """Tell the shop what belongs to one of its orders, once: a shipment, a refund.

    A shop that has no idempotency key is asked for its order first, where what a dead
    worker told already is found again: see `_left_behind()`.
    """

    _name = "ecommerce.order.document.exporter"
    _inherit = "generic.exporter"
    _usage = "record.exporter"

    #: field of the binding that holds the binding of its order
    _order_field = "shop_order_id"
    #: whether what is there already is looked for in the order of the shop
    _looks_in_order = False

    def __init__(self, work: WorkContext) -> None:
        super().__init__(work)
        self._read_order: ShopOrder | None = None

    @property
    def shop_order(self) -> ShopOrder:
        """The order as it is in the shop, read once."""
        if self._read_order is None:
            order = self.binding[self._order_field]
            importer = self.component(usage="record.importer", model_name=order._name)
            self._read_order = importer.read_translated(order.external_id)
        return self._read_order

    def _create(self, data: dict[str, Any]) -> Any:
        """Create it, one of an order at a time."""
        order = self.binding[self._order_field]
        self.advisory_lock_or_retry(f"{order}, {self.model._name}")
        return super()._create(data)
