# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the codes of a shop mean in Odoo: tables on the form of its backend."""

from __future__ import annotations

from typing import Any

from odoo import api, fields, models

#: Context key: model of the backend whose lines are created
BACKEND_MODEL = "ecommerce_mapping_backend_model"


class EcommerceMappingMixin(models.AbstractModel):
    """One line of a table, found by its code, whose case does not matter."""

    _name = "ecommerce.mapping.mixin"
    _description = "Meaning of a Code of a Shop"
    _rec_name = "shop_code"
    _order = "shop_code, id"

    backend_model = fields.Char(
        required=True,
        readonly=True,
        default=lambda self: self.env.context.get(BACKEND_MODEL),
    )
    backend_id = fields.Many2oneReference(
        model_field="backend_model", string="Shop", required=True, readonly=True
    )
    company_id = fields.Many2one(
        "res.company", compute="_compute_company_id", store=True, index=True
    )
    shop_code = fields.Char(
        string="Code in the Shop", required=True, help="Its id, code or name there."
    )

    _shop_code_uniq = models.UniqueIndex(
        "(backend_model, backend_id, lower(shop_code))",
        "This code of the shop has a line already.",
    )

    @api.depends("backend_id", "backend_model")
    def _compute_company_id(self) -> None:
        for mapping in self:
            backend = mapping._backend()
            mapping.company_id = backend.company_id if backend else False

    def _backend(self) -> Any:
        """Return the backend of the line, None when it is gone."""
        if not self.backend_id or self.backend_model not in self.env:
            return None
        return self.env[self.backend_model].sudo().browse(self.backend_id).exists()


class EcommercePaymentMapping(models.Model):
    _name = "ecommerce.payment.mapping"
    _inherit = "ecommerce.mapping.mixin"
    _description = "Payment Method of a Shop"

    target_id = fields.Many2one(
        "account.payment.method.line",
        string="Payment Method",
        required=True,
        ondelete="cascade",
        domain="[('payment_type', '=', 'inbound')]",
    )
    import_rule = fields.Selection(related="target_id.import_rule", readonly=False)


class EcommerceCarrierMapping(models.Model):
    _name = "ecommerce.carrier.mapping"
    _inherit = "ecommerce.mapping.mixin"
    _description = "Shipping Method of a Shop"

    target_id = fields.Many2one(
        "delivery.carrier",
        string="Shipping Method",
        required=True,
        ondelete="cascade",
    )


class EcommercePricelistMapping(models.Model):
    _name = "ecommerce.pricelist.mapping"
    _inherit = "ecommerce.mapping.mixin"
    _description = "Price List of a Shop"

    target_id = fields.Many2one(
        "product.pricelist", string="Pricelist", required=True, ondelete="cascade"
    )


class EcommerceWarehouseMapping(models.Model):
    _name = "ecommerce.warehouse.mapping"
    _inherit = "ecommerce.mapping.mixin"
    _description = "Stock Location of a Shop"

    target_id = fields.Many2one(
        "stock.warehouse", string="Warehouse", required=True, ondelete="cascade"
    )


class EcommerceTaxMapping(models.Model):
    _name = "ecommerce.tax.mapping"
    _inherit = "ecommerce.mapping.mixin"
    _description = "Tax Rate of a Shop"

    shop_code = fields.Char(string="Rate in the Shop (%)", help="As 20 or 5.5")
    target_id = fields.Many2one(
        "account.tax",
        string="Tax",
        required=True,
        ondelete="cascade",
        domain="[('type_tax_use', '=', 'sale')]",
    )
