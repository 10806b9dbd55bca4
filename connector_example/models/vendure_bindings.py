# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is bound to a Vendure shop, each record with its id there."""

from odoo import fields, models


class VendureBinding(models.AbstractModel):
    _name = "vendure.binding"
    _inherit = "external.binding.mixin"
    _description = "Vendure binding"

    backend_id = fields.Many2one(
        "vendure.backend", string="Shop", required=True, index=True, ondelete="restrict"
    )


class VendureProductCategory(models.Model):
    """A collection of the shop: a direct binding, it is the record itself."""

    _name = "vendure.product.category"
    _inherit = ["vendure.binding", "ecommerce.category.mixin"]
    _description = "Vendure category"

    parent_id = fields.Many2one(
        "vendure.product.category", index=True, ondelete="cascade"
    )
    product_ids = fields.Many2many("vendure.product.template", string="Products")


class VendureProductTemplate(models.Model):
    """A product of the shop with its variants: with the mixin, a product of Odoo."""

    _name = "vendure.product.template"
    _inherit = ["vendure.binding", "ecommerce.product.template.mixin"]
    _description = "Vendure product"

    category_ids = fields.Many2many("vendure.product.category", string="Categories")


class ProductTemplate(models.Model):
    _inherit = "product.template"

    vendure_bind_ids = fields.One2many(
        "vendure.product.template", "odoo_id", copy=False
    )


class VendureProductProduct(models.Model):
    _name = "vendure.product.product"
    _inherit = ["vendure.binding", "ecommerce.product.mixin"]
    _description = "Vendure product variant"


class ProductProduct(models.Model):
    _inherit = "product.product"

    vendure_bind_ids = fields.One2many("vendure.product.product", "odoo_id", copy=False)


class VendureResPartner(models.Model):
    _name = "vendure.res.partner"
    _inherit = "vendure.binding"
    _inherits = {"res.partner": "odoo_id"}
    _description = "Vendure customer"

    odoo_id = fields.Many2one("res.partner", required=True, ondelete="cascade")
    address_ids = fields.One2many("vendure.address", "customer_id", string="Addresses")


class ResPartner(models.Model):
    _inherit = "res.partner"

    vendure_bind_ids = fields.One2many("vendure.res.partner", "odoo_id", copy=False)


class VendureAddress(models.Model):
    _name = "vendure.address"
    _inherit = ["ecommerce.address.mixin", "vendure.binding"]
    _description = "Vendure address"

    customer_id = fields.Many2one(
        "vendure.res.partner", required=True, index=True, ondelete="cascade"
    )


class VendureSaleOrder(models.Model):
    _name = "vendure.sale.order"
    _inherit = ["vendure.binding", "ecommerce.sale.order.mixin"]
    _description = "Vendure order"


class SaleOrder(models.Model):
    _inherit = "sale.order"

    vendure_bind_ids = fields.One2many("vendure.sale.order", "odoo_id", copy=False)


class VendureOrderDocument(models.AbstractModel):
    _name = "vendure.order.document"
    _inherit = "vendure.binding"
    _description = "Vendure document of an order"

    shop_order_id = fields.Many2one(
        "vendure.sale.order", required=True, index=True, ondelete="cascade"
    )


class VendureStockPicking(models.Model):
    _name = "vendure.stock.picking"
    _inherit = ["vendure.order.document", "ecommerce.shipment.mixin"]
    _description = "Vendure shipment"


class StockPicking(models.Model):
    _inherit = "stock.picking"

    vendure_bind_ids = fields.One2many("vendure.stock.picking", "odoo_id", copy=False)


class VendureAccountMove(models.Model):
    _name = "vendure.account.move"
    _inherit = ["vendure.order.document", "ecommerce.invoice.mixin"]
    _description = "Vendure refund"


class AccountMove(models.Model):
    _inherit = "account.move"

    vendure_bind_ids = fields.One2many("vendure.account.move", "odoo_id", copy=False)
