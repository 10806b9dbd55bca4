# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from odoo.addons.component.core import AbstractComponent
from odoo.addons.connector.exception import InvalidDataError

from ..core import PaymentState, ShopPayment

if TYPE_CHECKING:
    from odoo.addons.connector.components.mapper import MapRecord


class InvoiceExporter(AbstractComponent):
    """Send an invoice or a credit note to the shop, once: as data, as PDF, or both.

    Works on a binding model of `account.move` that has `ecommerce.invoice.mixin`. An
    export mapper is optional: without one the adapter gets `invoice_data()`.
    """

    _name = "ecommerce.invoice.exporter"
    _inherit = "ecommerce.order.document.exporter"

    #: whether the data has the document too, as `pdf` (bytes) and `filename`
    _with_pdf = False

    def _map_data(self) -> MapRecord | None:
        usage = self._base_mapper_usage
        return super()._map_data() if self.many_components(usage=usage) else None

    def _create_data(
        self,
        map_record: MapRecord | None,
        fields: Iterable[str] | None = None,
        **kwargs: Any,
    ) -> dict[str, Any]:
        if map_record:
            data = super()._create_data(map_record, fields=fields, **kwargs)
        else:
            data = self.binding.invoice_data()
        if self._with_pdf:
            filename, content = self.binding.invoice_pdf()
            data.update(filename=filename, pdf=content)
        return data

    def _update_data(self, map_record: MapRecord | None, **kwargs: Any) -> dict:
        """Nothing: a posted document does not change."""
        return {}

    def _left_behind(self, data: dict[str, Any]) -> Iterable[Any]:
        """Return the refunds of the order whose reason is the number of ours."""
        if not self._looks_in_order:
            return super()._left_behind(data)
        number = self.binding.odoo_id.name
        refunds = self.shop_order.refunds
        return [refund.external_id for refund in refunds if refund.reason == number]

    def _create(self, data: dict[str, Any]) -> Any:
        """Create the document; a refund that we told is not imported as another one."""
        external_id = super()._create(data)
        if self.binding.odoo_id.move_type == "out_refund":
            self.binding.odoo_id.shop_refund_ref = external_id
        return external_id

    def _payment_to_refund(self, amount: Decimal | None = None) -> ShopPayment:
        """Return a payment of the order to give an amount back from, by default all.

        Raises InvalidDataError when none has so much left.
        """
        if amount is None:
            amount = Decimal(repr(self.binding.amount_total))
        for payment in self.shop_order.payments:
            paid = payment.state is PaymentState.PAID
            if paid and payment.amount - payment.refunded >= amount:
                return payment
        raise InvalidDataError(
            self.env._("No payment of the order has so much left to pay back.")
        )
