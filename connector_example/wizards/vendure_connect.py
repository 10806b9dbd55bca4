# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class VendureConnect(models.TransientModel):
    _name = "vendure.connect"
    _inherit = ["ecommerce.connect.mixin", "connector.connect.mixin"]
    _description = "Connect a Vendure Shop"

    backend_id = fields.Many2one("vendure.backend")
