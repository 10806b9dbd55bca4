# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class WebshopSaleOrder(models.Model):
    _name = "webshop.sale.order"
    _inherit = "external.binding"
    _inherits = {"sale.order": "odoo_id"}
    _description = "Webshop Order"

    odoo_id = fields.Many2one("sale.order", required=True, ondelete="cascade")
    backend_id = fields.Many2one("webshop.backend", required=True, ondelete="restrict")
    external_id = fields.Char()
    webshop_parent_ref = fields.Char()


class SaleOrder(models.Model):
    _inherit = "sale.order"

    webshop_bind_ids = fields.One2many("webshop.sale.order", "odoo_id")

    @api.depends("webshop_bind_ids.webshop_parent_ref")
    def _compute_parent_id(self):
        result = super()._compute_parent_id()
        for order in self:
            binding = order.webshop_bind_ids[:1]
            if binding.webshop_parent_ref:
                order.parent_id = (
                    self.env["webshop.sale.order"]
                    .search(
                        [
                            ("external_id", "=", binding.webshop_parent_ref),
                            ("backend_id", "=", binding.backend_id.id),
                        ],
                        limit=1,
                    )
                    .odoo_id
                )
        return result
