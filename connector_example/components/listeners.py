# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What happens in Odoo and is told to the shop, each by a job."""

from odoo.addons.component.core import Component


class OrderListener(Component):
    _name = "vendure.sale.order.listener"
    _inherit = ["ecommerce.order.listener", "vendure.base"]


class RefundListener(Component):
    _name = "vendure.account.move.listener"
    _inherit = ["ecommerce.invoice.listener", "vendure.base"]


class ShipmentListener(Component):
    _name = "vendure.stock.picking.listener"
    _inherit = ["ecommerce.shipment.listener", "vendure.base"]
    _takes_late_tracking = False


class StockListener(Component):
    _name = "vendure.stock.listener"
    _inherit = ["ecommerce.stock.listener", "vendure.base"]


class PriceListener(Component):
    _name = "vendure.price.listener"
    _inherit = ["ecommerce.price.listener", "vendure.base"]


class CategoryListener(Component):
    _name = "vendure.product.category.listener"
    _inherit = ["ecommerce.category.listener", "vendure.base"]
    _apply_on = "vendure.product.category"


class ProductListener(Component):
    _name = "vendure.product.listener"
    _inherit = ["ecommerce.product.listener", "vendure.base"]


class ProductBindingListener(Component):
    _name = "vendure.product.binding.listener"
    _inherit = ["ecommerce.product.binding.listener", "vendure.base"]
    _apply_on = "vendure.product.template"
