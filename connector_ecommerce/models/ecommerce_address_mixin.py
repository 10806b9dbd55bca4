# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import api, fields, models
from odoo.api import ValuesType


class EcommerceAddressMixin(models.AbstractModel):
    """An address in the book of a customer of a shop, bound to a contact.

    The concrete model adds `customer_id`, a Many2one to the binding of customers.
    """

    _name = "ecommerce.address.mixin"
    _inherits = {"res.partner": "odoo_id"}
    _description = "Address of a Shop's Customer"

    odoo_id = fields.Many2one("res.partner", required=True, ondelete="cascade")

    @api.model_create_multi
    def create(self, vals_list: list[ValuesType]) -> EcommerceAddressMixin:
        """Create contacts of the customer, in its shop: they come in its own values."""
        customers = self.env[self._fields["customer_id"].comodel_name]
        for vals in vals_list:
            customer = customers.browse(vals["customer_id"])
            vals.setdefault("parent_id", customer.odoo_id.id)
            vals.setdefault("backend_id", customer.backend_id.id)
        return super().create(vals_list)
