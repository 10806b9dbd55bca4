# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class BazaarCategory(models.Model):
    _name = "bazaar.category"
    _inherit = "bazaar.binding"
    _inherits = {"res.partner.category": "odoo_id"}
    _description = "Bazaar Category"

    odoo_id = fields.Many2one("res.partner.category", required=True, ondelete="cascade")
    _odoo_uniq = models.Constraint(
        "unique(backend_id, odoo_id)", "This category is in that bazaar already."
    )


class ResPartnerCategory(models.Model):
    _inherit = "res.partner.category"

    bazaar_bind_ids = fields.One2many("bazaar.category", "odoo_id")
