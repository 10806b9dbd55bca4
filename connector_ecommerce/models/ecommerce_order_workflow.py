# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import fields, models

from odoo.addons.sale.models.sale_order import SaleOrder


class EcommerceOrderWorkflow(models.Model):
    """What is done by itself with an imported order, chosen by its payment method."""

    _name = "ecommerce.order.workflow"
    _description = "Automatic Workflow of Imported Orders"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: for every company.")
    confirm_order = fields.Boolean(
        default=True, help="Confirm the order once its payment method lets it in."
    )
    create_invoice = fields.Boolean(
        help="Create the invoice of what the invoicing policy of the products allows."
    )
    post_invoice = fields.Boolean(help="Post the invoice that the workflow created.")
    register_payment = fields.Boolean(
        help="Register the payment of the posted invoices of an order that is paid in "
        "the shop, in the journal of its payment method."
    )

    def _run(self, order: SaleOrder, paid: bool = False) -> None:
        """Take the order as far as the workflow says, in the caller's transaction.

        `paid` says that the shop has taken the whole amount. Doing it again is
        harmless. An order that a blocking rule stops is left as it is: the form says
        why. Invoice and payment are made with more rights than the importing user has:
        who set up the workflow decided it, the importer only runs it.
        """
        self.ensure_one()
        if self.confirm_order and order.state in ("draft", "sent"):
            if not order._confirmation_error_message():
                order.with_context(ecommerce_keep_date_order=True).action_confirm()
        if not self.create_invoice or order.state != "sale":
            return
        # what was credited counts as not invoiced: it would be charged again
        credited = any(m.move_type == "out_refund" for m in order.invoice_ids)
        if order.invoice_status == "to invoice" and not credited:
            invoices = order._create_invoices()
            if self.post_invoice:
                invoices.sudo().action_post()
        if paid and self.register_payment and not credited:
            self._pay(order)

    def _pay(self, order: SaleOrder) -> None:
        """Register the payment of the posted invoices that are due, of each in full."""
        method = order.preferred_payment_method_line_id
        if not method.journal_id:
            return
        due = order.sudo().invoice_ids.filtered(
            lambda move: (
                move.state == "posted" and move.payment_state in ("not_paid", "partial")
            )
        )
        for invoice in due:
            register = self.env["account.payment.register"].sudo()
            register.with_context(
                active_model="account.move", active_ids=invoice.ids
            ).create(
                {
                    "journal_id": method.journal_id.id,
                    "payment_method_line_id": method.id,
                    "payment_date": order.date_order.date(),
                }
            )._create_payments()
