# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests.common import tagged

from .. import consumers
from .common import WebshopCase


@tagged("post_install", "-at_install")
class TestEvents(WebshopCase):
    def ship(self, picking, quantity=None):
        for move in picking.move_ids:
            move.quantity = quantity or move.product_uom_qty
            move.picked = True
        picking._action_done()

    def confirmed(self):
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        )
        self.env["stock.quant"]._update_available_quantity(
            self.product, warehouse.lot_stock_id, 10
        )
        order = self.order().odoo_id
        order.action_confirm()
        self.told.clear()
        consumers.told.clear()
        return order

    def test_delivery(self):
        picking = self.confirmed().picking_ids
        self.ship(picking, 1)
        backorder = picking.backorder_ids
        self.ship(backorder)
        self.assertEqual(
            self.told, [("out", picking, "partial"), ("out", backorder, "complete")]
        )
        self.assertEqual(
            consumers.told,
            [
                ("stock.picking", picking.id, "partial"),
                ("stock.picking", backorder.id, "complete"),
            ],
        )

    def test_tracking(self):
        picking = self.confirmed().picking_ids
        picking.carrier_tracking_ref = "1Z"
        picking.carrier_tracking_ref = False
        self.assertEqual(self.told, [("tracking", picking, "1Z")])
        self.assertEqual(consumers.told, [("stock.picking", picking.id, "tracking")])

    def test_dropship(self):
        places = {
            "location_id": self.env.ref("stock.stock_location_suppliers").id,
            "location_dest_id": self.env.ref("stock.stock_location_customers").id,
        }
        warehouse = self.env["stock.warehouse"].search([], limit=1)
        picking = self.env["stock.picking"].create(
            {"picking_type_id": warehouse.in_type_id.id, **places}
        )
        self.env["stock.move"].create(
            {
                "product_id": self.product.id,
                "product_uom_qty": 1,
                "picking_id": picking.id,
                **places,
            }
        )
        picking.action_confirm()
        self.ship(picking)
        self.assertEqual(self.told, [("dropship", picking, "complete")])
        self.assertEqual(consumers.told, [("stock.picking", picking.id, "complete")])

    def test_invoice(self):
        invoice = self.confirmed()._create_invoices()
        invoice.action_post()
        self.assertEqual(self.told, [("validated", invoice, None)])
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        wizard.create({})._create_payments()
        self.assertIn(("paid", invoice, None), self.told)
        self.assertEqual(
            consumers.told,
            [
                ("account.move", invoice.id, "validated"),
                ("account.move", invoice.id, "paid"),
            ],
        )

    def test_price(self):
        self.product.product_tmpl_id.list_price = 12
        self.product.webshop_price = 3
        self.product.webshop_sku = "no price"
        prices = [told for told in self.told if told[0] == "price"]
        self.assertEqual([told[1] for told in prices], [self.product, self.product])
        self.assertEqual(
            consumers.told, [("product.product", self.product.id, "price")] * 2
        )
