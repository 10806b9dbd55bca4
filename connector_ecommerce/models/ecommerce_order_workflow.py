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

    def _run(self, order: SaleOrder) -> None:
        """Take the order as far as the workflow says, in the caller's transaction.

        Doing it again is harmless. An order that a blocking rule stops is left as it
        is: the form says why. The invoice is posted with more rights than the importing
        user has: who set up the workflow decided it, the importer only runs it.
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
