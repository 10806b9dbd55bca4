# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import fields, models


class VendureResPartner(models.Model):
    """A customer of the shop, bound to a partner."""

    _name = "vendure.res.partner"
    _inherit = "vendure.binding"
    _inherits = {"res.partner": "odoo_id"}
    _description = "Vendure customer"

    odoo_id = fields.Many2one("res.partner", required=True, ondelete="cascade")
    address_ids = fields.One2many("vendure.address", "customer_id", string="Addresses")


class ResPartner(models.Model):
    _inherit = "res.partner"

    vendure_bind_ids = fields.One2many(
        "vendure.res.partner", "odoo_id", string="Vendure bindings", copy=False
    )
