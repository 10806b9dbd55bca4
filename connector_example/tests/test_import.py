# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo.tests import tagged

from .common import VendureCase, run_jobs


@tagged("post_install", "-at_install")
class TestImport(VendureCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.import_all(
            "vendure.product.category",
            "vendure.product.template",
            "vendure.res.partner",
            "vendure.sale.order",
        )

    def test_categories_are_a_tree(self) -> None:
        category = self.binding("vendure.product.category", "3")
        self.assertEqual(category.complete_name, "Electronics / Computers")
        self.assertEqual(len(self.env["vendure.product.category"].search([])), 9)

    def test_product_with_its_variants(self) -> None:
        product = self.binding("vendure.product.template", "1")
        self.assertEqual(product.name, "Laptop")
        self.assertEqual(
            product.category_ids.mapped("name"), ["Electronics", "Computers"]
        )
        self.assertEqual(product.taxes_id.amount, 20)
        self.assertTrue(product.is_storable)
        self.assertEqual(product.list_price, 1299)
        prices = {
            variant.default_code: self.backend.pricelist_id._get_product_price(
                variant, 1
            )
            for variant in product.product_variant_ids
        }
        self.assertEqual(
            prices,
            {
                "L2201308": 1299,
                "L2201508": 1399,
                "L2201316": 2199,
                "L2201516": 2299,
            },
        )

    def test_every_variant_is_its_own_product(self) -> None:
        variants = self.env["vendure.product.product"].search([])
        self.assertEqual(len(variants), 88)
        self.assertEqual(len(variants.odoo_id), 88)

    def test_products_share_their_attributes(self) -> None:
        shoes = self.binding("vendure.product.template", "29")
        others = self.binding("vendure.product.template", "30")
        self.assertTrue(shoes.attribute_line_ids.attribute_id)
        self.assertEqual(
            shoes.attribute_line_ids.attribute_id,
            others.attribute_line_ids.attribute_id,
        )

    def test_customer_with_addresses(self) -> None:
        customer = self.binding("vendure.res.partner", "1")
        self.assertEqual(customer.name, "Hayden Zieme")
        addresses = customer.address_ids.sorted("external_id")
        self.assertEqual(addresses.mapped("type"), ["delivery", "invoice"])
        self.assertEqual(addresses.mapped("country_id.code"), ["GB"])
        self.assertEqual(addresses.mapped("parent_id"), customer.odoo_id)

    def test_addresses_are_updated_in_place(self) -> None:
        customer = self.binding("vendure.res.partner", "1")
        before = customer.address_ids
        before[0].city = "Elsewhere"
        customer.import_record(self.backend, "1", force=True)
        self.assertEqual(customer.address_ids, before)
        self.assertEqual(before[0].city, "London")

    def test_known_customer_is_bound_and_not_duplicated(self) -> None:
        self.binding("vendure.res.partner", "2").unlink()
        partner = self.env["res.partner"].search(
            [("email", "=", "marques.sawayn@shop.example")]
        )
        self.env["vendure.res.partner"].import_record(self.backend, "2")
        self.assertEqual(self.binding("vendure.res.partner", "2").odoo_id, partner)

    def test_orders_have_the_totals_of_the_shop(self) -> None:
        orders = self.env["vendure.sale.order"].search([])
        self.assertEqual(len(orders), 24)
        for order in orders:
            with self.subTest(order=order.external_id, state=order.shop_state):
                self.assertAlmostEqual(order.amount_total, order.shop_amount_total, 2)
                self.assertAlmostEqual(order.amount_tax, order.shop_amount_tax, 2)
        self.assertFalse(self.env["connector.checkpoint"].search([]))

    def test_coupon_is_a_discount_of_the_lines(self) -> None:
        order = self.binding("vendure.sale.order", "2")
        self.assertEqual(order.shop_coupons, "WELCOME10")
        lines = order.order_line.filtered(lambda line: not line.is_delivery)
        self.assertEqual(lines.mapped("discount"), [10, 10])
        self.assertEqual(lines.mapped("price_unit"), [445, 949.2])

    def test_states_of_the_shop(self) -> None:
        states = {
            "PaymentAuthorized": ("sale", ["assigned", "confirmed"]),
            "PaymentSettled": ("sale", ["assigned", "confirmed"]),
            "Shipped": ("sale", ["done"]),
            "Cancelled": ("cancel", ["cancel"]),
        }
        for order in self.env["vendure.sale.order"].search([]):
            with self.subTest(order=order.external_id, state=order.shop_state):
                state, transfers = states[order.shop_state]
                self.assertEqual(order.state, state)
                for picking in order.picking_ids:
                    self.assertIn(picking.state, transfers)
        shipped = self.binding("vendure.sale.order", "4")
        self.assertEqual(shipped.picking_ids.carrier_tracking_ref, "JD014600003")

    def test_import_exports_nothing_back(self) -> None:
        self.assertFalse(self.env["vendure.stock.picking"].search([]))
        self.assertFalse(any("mutation" in r["query"] for r in self.shop.requests))

    def test_import_again_writes_nothing(self) -> None:
        for model in ("vendure.product.template", "vendure.res.partner"):
            written = self.env[model].search([]).mapped("write_date")
            jobs = run_jobs(self.backend.import_since_last, model)
            self.assertTrue(jobs[1:])
            for job in jobs[1:]:
                self.assertRegex(job.result, r"^\d+ skipped or up-to-date$")
            self.assertEqual(self.env[model].search([]).mapped("write_date"), written)

    def test_orders_that_did_not_move_make_no_job(self) -> None:
        jobs = run_jobs(self.backend.import_since_last, "vendure.sale.order")
        self.assertEqual(len(jobs), 1, "only the batch itself")

    def test_open_order_is_looked_at_again_by_its_state(self) -> None:
        """The shop dates no settlement, no shipment and no cancellation."""
        order = self.binding("vendure.sale.order", "1")
        order.write({"shop_state": "Modifying", "external_version": False})
        jobs = run_jobs(self.backend.import_since_last, "vendure.sale.order")
        self.assertEqual([job.args[1] for job in jobs[1:]], [["1"]])
        self.assertEqual(order.shop_state, "PaymentAuthorized")

    def test_variant_price_reaches_the_pricelist(self) -> None:
        product = self.binding("vendure.product.template", "1")
        variant = self.binding("vendure.product.product", "1")
        variant.external_version = False
        product.external_version = False
        item = self.backend.pricelist_id.item_ids.filtered(
            lambda item: item.product_id == variant.odoo_id
        )
        item.fixed_price = 1
        product.import_record(self.backend, "1")
        self.assertEqual(item.fixed_price, 1299)
