# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import fields, models


class VendureBinding(models.AbstractModel):
    """What every record bound to a Vendure shop has in common."""

    _name = "vendure.binding"
    _inherit = "external.binding.mixin"
    _description = "Vendure binding"

    backend_id = fields.Many2one(
        "vendure.backend", string="Shop", required=True, index=True, ondelete="restrict"
    )
