# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from odoo.addons.component.core import AbstractComponent
from odoo.addons.component_event import skip_if

if TYPE_CHECKING:
    from odoo.models import BaseModel

    from odoo.addons.account.models.account_move import AccountMove


class InvoiceListener(AbstractComponent):
    """Send the invoices and credit notes of its orders to the shop.

    A connector makes it concrete, with `_collection`. The backend says when:
    `invoice_export`, `refund_export`.
    """

    _name = "ecommerce.invoice.listener"
    _inherit = "ecommerce.listener"
    _apply_on = "account.move"

    #: field of the invoice's binding that holds the binding of its order
    _order_field = "shop_order_id"

    @skip_if(lambda self, record: self.no_connector_export(record))
    def on_invoice_validated(self, record: AccountMove) -> None:
        """Export an invoice once it is posted, if the backend says so."""
        orders = self._orders(record)
        self._export(record, orders.filtered(_exports("validated")))

    @skip_if(lambda self, record: self.no_connector_export(record))
    def on_invoice_paid(self, record: AccountMove) -> None:
        """Export an invoice once it is paid, if the backend says so."""
        if record.move_type == "out_invoice":
            orders = self._orders(record)
            self._export(record, orders.filtered(_exports("paid")))

    @skip_if(lambda self, record: self.no_connector_export(record))
    def on_refund_validated(self, record: AccountMove) -> None:
        """Export a credit note, unless a refund of the shop has made it."""
        if record.shop_refund_ref:
            return
        orders = self._orders(record)
        self._export(record, orders.filtered("backend_id.refund_export"))

    def _orders(self, move: AccountMove) -> BaseModel:
        """Return the bindings of the orders that are invoiced or credited."""
        moves = (move | move.reversed_entry_id).sudo()
        return self._bindings(moves.line_ids.sale_line_ids.order_id)

    def _export(self, move: AccountMove, orders: BaseModel) -> None:
        """Bind the document to its order, with a job that exports it."""
        if len(orders) > 1:
            reason = self.env._("It is of several orders: send it to the shop by hand.")
            for backend in orders.backend_id:
                backend.add_checkpoint(move, reason=reason)
            return
        bindings = self._binding_model("account.move")
        for order in orders:
            values = {"backend_id": order.backend_id.id, "odoo_id": move.id}
            if bindings.search_count([(k, "=", v) for k, v in values.items()]):
                continue
            quiet = bindings.with_context(connector_no_export=True)
            binding = quiet.create({**values, self._order_field: order.id})
            binding.with_delay().export_record()


def _exports(when: str) -> Callable[[BaseModel], bool]:
    return lambda order: order.backend_id.invoice_export == when
