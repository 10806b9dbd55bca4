# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from odoo.fields import Command

from odoo.addons.component.core import Component
from odoo.addons.connector.exception import InvalidDataError

from ..core import ShopOrder, quantize

if TYPE_CHECKING:
    from odoo.addons.sale.models.sale_order import SaleOrder


@dataclass(frozen=True, slots=True)
class TotalsDifference:
    """What the shop has more than Odoo, in the order's currency."""

    total: Decimal
    tax: Decimal

    def __bool__(self) -> bool:
        return bool(self.total or self.tax)


class TotalsChecker(Component):
    """Compare an imported order with the shop's totals, and act by the policy."""

    _name = "ecommerce.totals.checker"
    _inherit = "base.connector"
    _usage = "order.totals.checker"

    def check(
        self, sale: SaleOrder, order: ShopOrder, policy: str | None = None
    ) -> TotalsDifference:
        """Return the difference that remains once the policy was applied.

        The policy is the backend's unless one is given.

        `adjust`: a line without tax brings a small difference of the total to zero,
        and one beyond the tolerance is treated as `checkpoint`. `checkpoint`: the order
        is marked, which blocks its confirmation, and has to be reviewed. `refuse`:
        raises InvalidDataError, the order is not imported.
        """
        difference = self.difference(sale, order)
        policy = policy or self.backend_record.totals_policy
        if difference and policy == "refuse":
            raise InvalidDataError(self._message(sale, order, difference))
        if difference.total and policy == "adjust":
            if abs(difference.total) <= self.backend_record.totals_tolerance:
                self._adjust(sale, difference.total)
                difference = self.difference(sale, order)
        self._mark(sale, order, difference, policy)
        return difference

    def difference(self, sale: SaleOrder, order: ShopOrder) -> TotalsDifference:
        """Return what the shop has more than Odoo, rounded to the currency."""
        digits = sale.currency_id.decimal_places
        total = order.total_included - Decimal(repr(sale.amount_total))
        tax = Decimal(0)
        if order.total_tax is not None:
            tax = order.total_tax - Decimal(repr(sale.amount_tax))
        return TotalsDifference(quantize(total, digits), quantize(tax, digits))

    def _adjust(self, sale: SaleOrder, amount: Decimal) -> None:
        builder = self.component(usage="order.line.builder.rounding")
        builder.price_unit = float(amount)
        # no tax: the line is what the taxes of the shop and of Odoo differ by
        line = {**builder.get_line(), "tax_ids": [Command.clear()]}
        sale.write({"order_line": [Command.create(line)]})

    def _mark(
        self,
        sale: SaleOrder,
        order: ShopOrder,
        difference: TotalsDifference,
        policy: str,
    ) -> None:
        tolerated = policy == "adjust" and (
            not difference.total
            and abs(difference.tax) <= self.backend_record.totals_tolerance
        )
        to_review = bool(difference) and not tolerated
        known = sale.shop_totals_differ
        sale.shop_totals_differ = to_review
        if not difference or (known and to_review):
            return
        message = self._message(sale, order, difference)
        sale.message_post(body=message)
        if to_review:
            self.backend_record.add_checkpoint(sale, reason=message)

    def _message(
        self, sale: SaleOrder, order: ShopOrder, difference: TotalsDifference
    ) -> str:
        return self.env._(
            "The totals of order %(name)s differ from the shop's: total %(total)s "
            "%(currency)s in the shop, %(odoo)s here; tax differs by %(tax)s. Check "
            "the taxes of its lines.",
            name=order.name,
            total=order.total_included,
            currency=order.currency,
            odoo=sale.amount_total,
            tax=difference.tax,
        )
