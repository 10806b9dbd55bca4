# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from odoo.fields import Command

from odoo.addons.component.core import Component

from ..core import ShopLine, ShopOrder, ShopRefund, ShopRefundLine, quantize, share
from .order_line_maker import LineContext

if TYPE_CHECKING:
    from odoo.addons.account.models.account_move import AccountMove
    from odoo.addons.account.models.account_tax import AccountTax
    from odoo.addons.sale.models.sale_order import SaleOrder
    from odoo.addons.sale.models.sale_order_line import SaleOrderLine

ONE = Decimal(1)


class RefundImporter(Component):
    """Credit what a shop gave back to the customer of an invoiced order."""

    _name = "ecommerce.refund.importer"
    _inherit = "base.connector"
    _usage = "order.refunds"

    def run(
        self, sale: SaleOrder, order: ShopOrder, context: LineContext
    ) -> dict[str, str]:
        """Create the credit notes that are missing, each refund once.

        Return the refunds left to a person, by a key: those of an order without an
        invoice that were not for something taken off the order, and all of them when
        the backend says so.
        """
        known = set(self._credit_notes(sale, order).mapped("shop_refund_ref"))
        missing = [r for r in order.refunds if r.external_id not in known]
        invoice = sale.invoice_ids.filtered(
            lambda m: m.move_type == "out_invoice" and m.state == "posted"
        )[:1]
        if not invoice and (order.cancelled or order.is_kept_amount_due()):
            # what was given back was never invoiced, and is no longer to be
            return {}
        if not invoice or self.backend_record.refund_policy == "review":
            texts = [self._text(refund, order, invoice) for refund in missing]
            keys = [f"refund {refund.external_id}" for refund in missing]
            return dict(zip(keys, texts, strict=True))
        for refund in missing:
            self._credit(sale, refund, invoice, context)
        return {}

    def _credit_notes(self, sale: SaleOrder, order: ShopOrder) -> AccountMove:
        refs = [refund.external_id for refund in order.refunds]
        invoices = sale.sudo().invoice_ids
        return invoices.search(
            [("shop_refund_ref", "in", refs), ("reversed_entry_id", "in", invoices.ids)]
        )

    def _credit(
        self,
        sale: SaleOrder,
        refund: ShopRefund,
        invoice: AccountMove,
        context: LineContext,
    ) -> AccountMove:
        """Create the credit note with more rights than the importing user has.

        A connector manager keeps no accounts: `refund_policy` is the permission.
        """
        lines = self._lines(sale, refund, context)
        rest = refund.amount - sum((total for _v, total in lines), start=Decimal(0))
        commands = [Command.create(values) for values, _total in lines]
        commands += self._rest_lines(sale, refund, rest, context)
        values = {
            **sale.sudo()._prepare_invoice(),
            "move_type": "out_refund",
            "reversed_entry_id": invoice.id,
            "invoice_date": refund.date.date(),
            "ref": refund.reason or sale.client_order_ref,
            "shop_refund_ref": refund.external_id,
            "invoice_line_ids": commands,
        }
        company = self.backend_record.company_id
        model = self.env["account.move"].sudo().with_company(company)
        note = model.create(values)
        if self.backend_record.refund_policy == "post":
            note.action_post()
        return note.sudo(self.env.su)

    def _lines(
        self, sale: SaleOrder, refund: ShopRefund, context: LineContext
    ) -> list[tuple[dict[str, Any], Decimal]]:
        """Return values and total of the lines of goods, of those the order has."""
        sold = sale.order_line.filtered("shop_line_ref").grouped("shop_line_ref")
        return [
            self._line(sold[line.line_external_id][0], line, context)
            for line in refund.lines
            if line.line_external_id in sold
        ]

    def _line(
        self, sold: SaleOrderLine, line: ShopRefundLine, context: LineContext
    ) -> tuple[dict[str, Any], Decimal]:
        tax_rate = Decimal(repr(sum(sold.tax_ids.mapped("amount"))))
        shop_line = ShopLine(
            name=sold.name,
            quantity=line.quantity,
            total_excluded=line.total_excluded,
            total_included=line.total_included,
            tax_rate=tax_rate,
        )
        if line.total_excluded is None and line.total_included is None:
            shop_line = self._at_sold_price(sold, shop_line, context)
        amounts = self._amounts(shop_line, sold.tax_ids, context)
        values = sold.sudo()._prepare_invoice_line(quantity=float(line.quantity))
        total = shop_line.total_included
        if total is None:
            total = quantize((shop_line.total_excluded or 0) * (ONE + tax_rate / 100))
        return {**values, **amounts}, total

    def _at_sold_price(
        self, sold: SaleOrderLine, line: ShopLine, context: LineContext
    ) -> ShopLine:
        """Return the line at the price of the order."""
        sold_quantity = Decimal(repr(sold.product_uom_qty)) or ONE
        part = line.quantity / sold_quantity
        digits = context.currency.decimal_places
        return ShopLine(
            name=line.name,
            quantity=line.quantity,
            tax_rate=line.tax_rate,
            total_excluded=quantize(Decimal(repr(sold.price_subtotal)) * part, digits),
            total_included=quantize(Decimal(repr(sold.price_total)) * part, digits),
        )

    def _rest_lines(
        self,
        sale: SaleOrder,
        refund: ShopRefund,
        rest: Decimal,
        context: LineContext,
    ) -> list[Any]:
        """Return the lines of what is given back beside goods, tax by tax."""
        by_taxes = sale.order_line.grouped("tax_ids")
        weights = {
            taxes: Decimal(repr(sum(lines.mapped("price_total"))))
            for taxes, lines in by_taxes.items()
        }
        product = self.env.ref("connector_ecommerce.product_product_discount")
        commands = []
        parts = share(rest, weights, context.currency.decimal_places)
        for taxes, total in parts.items():
            line = ShopLine(
                name=refund.reason or self.env._("Refund"),
                quantity=ONE,
                total_included=total,
                tax_rate=Decimal(repr(sum(taxes.mapped("amount")))),
            )
            values = {
                "product_id": product.id,
                "name": line.name,
                "quantity": 1,
                "tax_ids": [Command.set(taxes.ids)],
                **self._amounts(line, taxes, context),
            }
            commands.append(Command.create(values))
        return commands

    def _amounts(
        self, line: ShopLine, taxes: AccountTax, context: LineContext
    ) -> dict[str, Any]:
        maker = self.component(usage="order.line.maker")
        return maker.amounts(line, taxes, context)

    def _text(self, refund: ShopRefund, order: ShopOrder, invoice: AccountMove) -> str:
        if invoice:
            return self.env._(
                "Refunded in the shop: %(amount)s %(currency)s (%(reason)s). Create "
                "the credit note.",
                amount=refund.amount,
                currency=order.currency,
                reason=refund.reason or refund.external_id,
            )
        return self.env._(
            "Refunded in the shop before its invoice: %(amount)s %(currency)s "
            "(%(reason)s). Lower what is to be invoiced.",
            amount=refund.amount,
            currency=order.currency,
            reason=refund.reason or refund.external_id,
        )
