# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import fields, models
from odoo.tools import SQL


class EcommerceOrderFunnel(models.Model):
    """How far the orders of the shops came: a line for each stage that one reached."""

    _name = "ecommerce.order.funnel"
    _description = "Order Funnel"
    _auto = False
    _order = "stage, id"
    _rec_name = "stage"

    # the digits keep the stages in their order
    stage = fields.Selection(
        [
            ("1_received", "Received"),
            ("2_imported", "Imported"),
            ("3_blocked", "Blocked"),
            ("4_shipped", "Shipped"),
            ("5_invoiced", "Invoiced"),
        ],
        readonly=True,
    )
    receipt_id = fields.Many2one("ecommerce.order.receipt", readonly=True)
    sale_id = fields.Many2one("sale.order", string="Order", readonly=True)
    backend_name = fields.Char(string="Shop", readonly=True)
    date_order = fields.Datetime(string="Placed on", readonly=True)
    amount_total = fields.Monetary(string="Total in the Shop", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)

    @property
    def _table_query(self) -> SQL:
        return SQL(
            """
            SELECT receipt.id * 5 + reached.rank AS id,
                   reached.stage,
                   receipt.id AS receipt_id,
                   receipt.sale_id,
                   receipt.backend_name,
                   receipt.date_order,
                   receipt.amount_total,
                   receipt.currency_id,
                   receipt.company_id
              FROM ecommerce_order_receipt receipt
              LEFT JOIN sale_order sale ON sale.id = receipt.sale_id
             CROSS JOIN LATERAL (VALUES
                   (0, '1_received', TRUE),
                   (1, '2_imported', sale.id IS NOT NULL),
                   (2, '3_blocked', receipt.state = 'failed'
                       OR sale.shop_problem IS NOT NULL
                       OR sale.state != 'cancel' AND (
                           sale.shop_totals_differ
                           OR sale.canceled_in_backend
                              AND sale.cancellation_resolved IS NOT TRUE
                       )),
                   (3, '4_shipped', sale.delivery_status = 'full'),
                   (4, '5_invoiced', sale.invoice_status = 'invoiced')
                   ) AS reached (rank, stage, yes)
             WHERE reached.yes
            """
        )
