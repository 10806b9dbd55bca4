# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections import defaultdict
from typing import Any

from odoo import fields, models


class EcommerceInvoiceMixin(models.AbstractModel):
    """The binding of an invoice. Add a Many2one to the binding of its order."""

    _name = "ecommerce.invoice.mixin"
    _inherits = {"account.move": "odoo_id"}
    _description = "Binding of a Shop's Invoice"

    odoo_id = fields.Many2one("account.move", required=True, ondelete="cascade")

    def invoice_data(self) -> dict[str, Any]:
        """Return the document as plain values, amounts in its currency.

        `kind` is "invoice" or "credit_note"; `lines` are those of `shop_lines()`;
        `other_amount` is what is on none of them, taxes included.
        """
        self.ensure_one()
        move = self.odoo_id
        lines = self.shop_lines()
        known = sum(line["total_included"] for line in lines.values())
        return {
            "kind": "credit_note" if move.move_type == "out_refund" else "invoice",
            "number": move.name,
            "date": move.invoice_date.isoformat(),
            "due_date": move.invoice_date_due.isoformat(),
            "currency": move.currency_id.name,
            "total_excluded": move.amount_untaxed,
            "total_tax": move.amount_tax,
            "total_included": move.amount_total,
            "paid": move.payment_state in ("paid", "in_payment"),
            "reason": move.ref or "",
            "lines": lines,
            "other_amount": move.currency_id.round(move.amount_total - known),
        }

    def shop_lines(self) -> dict[str, dict[str, float]]:
        """Return quantity and totals by line of the shop, by its id there."""
        self.ensure_one()
        lines: dict[str, dict[str, float]] = defaultdict(
            lambda: {"quantity": 0.0, "total_excluded": 0.0, "total_included": 0.0}
        )
        for line in self.odoo_id.invoice_line_ids:
            for sold in line.sale_line_ids.filtered("shop_line_ref")[:1]:
                values = lines[sold.shop_line_ref]
                values["quantity"] += line.product_uom_id._compute_quantity(
                    line.quantity, sold.product_uom_id
                )
                values["total_excluded"] += line.price_subtotal
                values["total_included"] += line.price_total
        return dict(lines)

    def invoice_pdf(self) -> tuple[str, bytes]:
        """Return name and content of the document that the customer gets."""
        self.ensure_one()
        move = self.odoo_id
        kept = move.invoice_pdf_report_id
        if kept:
            return kept.name, kept.raw
        report = self.env["ir.actions.report"]
        content, extension = report._render_qweb_pdf(
            "account.account_invoices", res_ids=move.ids
        )
        return f"{move.name.replace('/', '_')}.{extension}", content
