# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class WebshopBackend(models.Model):
    _name = "webshop.backend"
    _inherit = "connector.backend"
    _description = "Webshop"

    name = fields.Char(required=True)
    company_id = fields.Many2one("res.company")


class PaymentMethod(models.Model):
    _inherit = "account.payment.method.line"

    def _get_import_rules(self):
        return super()._get_import_rules() + [("shipped", "Shipped")]
