# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ProductProduct(models.Model):
    _inherit = "product.product"

    webshop_sku = fields.Char()
    webshop_price = fields.Float()

    def _price_changed_fields(self):
        return super()._price_changed_fields() | {"webshop_price"}
