# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from odoo import fields

from odoo.addons.component.core import AbstractComponent

from ..core import PaymentState, ShopOrder
from ..exception import OrderNotPaidError

if TYPE_CHECKING:
    from odoo.addons.account.models.account_payment_method import (
        AccountPaymentMethodLine,
    )

#: Seconds before an order that waits for its payment is looked at again
PAYMENT_RETRY = 3600

#: Payment states that satisfy each import rule
ACCEPTED_PAYMENTS = {
    "always": frozenset(PaymentState),
    "paid": frozenset({PaymentState.PAID}),
    "authorized": frozenset({PaymentState.PAID, PaymentState.AUTHORIZED}),
}


class OrderPaymentGate(AbstractComponent):
    """Whether the payment of an order lets it in: a part of the order importer."""

    _name = "ecommerce.order.payment.gate"
    _inherit = "base.importer"

    shop_order: ShopOrder
    _method: AccountPaymentMethodLine | None = None

    def _payment_obstacle(self) -> str | None:
        """Return why a new order is given up, None when it is imported now.

        Raises OrderNotPaidError when it has to wait: the try is not counted.
        """
        method = self._payment_method()
        if method.import_rule == "never":
            return self.env._(
                "Orders paid by %s are never imported: see its import rule.",
                method.name,
            )
        if self._is_payment_accepted(method):
            return None
        if self.backend_record.unpaid_order_policy == "quotation":
            return None
        return self._wait_for_payment(method)

    def _wait_for_payment(self, method: AccountPaymentMethodLine) -> str:
        order = self.shop_order
        limit = order.date + timedelta(days=method.days_before_cancel)
        if fields.Datetime.now() > limit:
            return self.env._(
                "Order %(name)s was not paid in %(days)s days: it is given up.",
                name=order.name,
                days=method.days_before_cancel,
            )
        raise OrderNotPaidError(
            self.env._(
                "Order %(name)s waits for its payment (rule %(rule)s of %(method)s, "
                "the payment is %(state)s).",
                name=order.name,
                rule=method.import_rule,
                method=method.name,
                state=order.payment_state.value,
            ),
            seconds=PAYMENT_RETRY,
            ignore_retry=True,
        )

    def _is_payment_accepted(self, method: AccountPaymentMethodLine) -> bool:
        """Return whether the payment satisfies the import rule of its method.

        To be extended for the rules that a connector adds.
        """
        rule = method.import_rule or "always"
        accepted = ACCEPTED_PAYMENTS.get(rule, frozenset())
        return self.shop_order.payment_state in accepted

    def _payment_method(self) -> AccountPaymentMethodLine:
        """Return the payment method of the order, empty when the shop names none."""
        if self._method is None:
            code = self.shop_order.payment_method
            self._method = self.once(self.backend_record._payment_method_of, code)
        return self._method
