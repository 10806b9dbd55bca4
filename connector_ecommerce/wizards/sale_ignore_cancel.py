# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo import fields, models
from odoo.exceptions import UserError


class SaleIgnoreCancel(models.TransientModel):
    _name = "sale.ignore.cancel"
    _description = "Ignore the Cancellation of an Order in the Shop"

    reason = fields.Html(required=True)

    def confirm_ignore_cancel(self) -> dict[str, Any]:
        """Keep the orders of `active_ids` open, with the reason in their chatter."""
        self.ensure_one()
        orders = self.env["sale.order"].browse(self.env.context.get("active_ids", []))
        if not orders:
            raise UserError(
                self.env._("Select the orders to keep open before giving the reason.")
            )
        orders.ignore_cancellation(self.reason)
        return {"type": "ir.actions.act_window_close"}
