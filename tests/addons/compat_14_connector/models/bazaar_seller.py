# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class BazaarSeller(models.Model):
    _name = "bazaar.seller"
    _inherit = "bazaar.binding"
    _inherits = {"res.partner": "odoo_id"}
    _description = "Bazaar Seller"

    odoo_id = fields.Many2one("res.partner", required=True, ondelete="cascade")
    category_main_id = fields.Many2one("res.partner.category")
    bazaar_category_id = fields.Many2one("bazaar.category")
    rating = fields.Integer()
    fee = fields.Float()
    since = fields.Date()


class ResPartner(models.Model):
    _inherit = "res.partner"

    bazaar_bind_ids = fields.One2many("bazaar.seller", "odoo_id")
