# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import fields, models


class TestShopResPartner(models.Model):
    _name = "test.shop.res.partner"
    _inherit = "external.binding.mixin"
    _inherits = {"res.partner": "odoo_id"}
    _description = "Customer of a Shop in Memory"

    odoo_id = fields.Many2one("res.partner", required=True, ondelete="cascade")
    backend_id = fields.Many2one(
        "test.shop.backend", required=True, ondelete="restrict"
    )
