# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.api import ValuesType


class VendureAddress(models.Model):
    """An address in the book of a customer of the shop, bound to a contact."""

    _name = "vendure.address"
    _inherit = "vendure.binding"
    _inherits = {"res.partner": "odoo_id"}
    _description = "Vendure address"

    odoo_id = fields.Many2one("res.partner", required=True, ondelete="cascade")
    customer_id = fields.Many2one(
        "vendure.res.partner", required=True, index=True, ondelete="cascade"
    )

    @api.model_create_multi
    def create(self, vals_list: list[ValuesType]) -> VendureAddress:
        """Create contacts of the customer, as they come in its own values."""
        customers = self.env["vendure.res.partner"]
        for vals in vals_list:
            customer = customers.browse(vals["customer_id"])
            vals.setdefault("parent_id", customer.odoo_id.id)
        return super().create(vals_list)
