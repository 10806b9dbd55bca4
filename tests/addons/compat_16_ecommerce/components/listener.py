# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.addons.component.core import Component


class WebshopListener(Component):
    _name = "webshop.listener"
    _inherit = "base.connector.listener"
    _apply_on = ["stock.picking", "account.move", "product.product"]

    told = []

    def on_picking_out_done(self, record, method):
        self.told.append(("out", record, method))

    def on_picking_dropship_done(self, record, method):
        self.told.append(("dropship", record, method))

    def on_tracking_number_added(self, record):
        self.told.append(("tracking", record, record.carrier_tracking_ref))

    def on_invoice_paid(self, record):
        self.told.append(("paid", record, None))

    def on_invoice_validated(self, record):
        self.told.append(("validated", record, None))

    def on_product_price_changed(self, record):
        self.told.append(("price", record, record.lst_price))
