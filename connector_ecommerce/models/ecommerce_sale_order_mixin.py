# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import fields, models


class EcommerceSaleOrderMixin(models.AbstractModel):
    """The binding of an order, with what it keeps of the shop."""

    _name = "ecommerce.sale.order.mixin"
    _inherits = {"sale.order": "odoo_id"}
    _description = "Binding of a Shop's Order"

    odoo_id = fields.Many2one("sale.order", required=True, ondelete="cascade")
    shop_order_name = fields.Char(
        string="Shop Number", readonly=True, help="Number that the customer knows."
    )
    shop_state = fields.Char(string="State in the Shop", readonly=True)
    shop_payment_state = fields.Selection(
        selection=[
            ("pending", "Pending"),
            ("authorized", "Authorized"),
            ("paid", "Paid"),
        ],
        string="Payment in the Shop",
        readonly=True,
    )
    shop_coupons = fields.Char(string="Coupons", readonly=True)
    shop_amount_total = fields.Float(
        string="Total in the Shop",
        readonly=True,
        digits=(16, 2),
        help="In the order's currency, taxes included.",
    )
    shop_amount_tax = fields.Float(
        string="Taxes in the Shop", readonly=True, digits=(16, 2)
    )

    def export_cancellation(self) -> str:
        """Cancel the order in the shop"""
        self.ensure_one()
        self.check_access("write")
        self.backend_id._check_sync_allowed()
        with self.backend_id.work_on(self._name) as work:
            return work.component(usage="order.canceller").run(self)
