# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from dataclasses import replace

from odoo.tests import tagged

from odoo.addons.connector.exception import MappingError
from odoo.addons.connector_ecommerce.core import LineKind

from .common import MemoryShopCase


@tagged("post_install", "-at_install")
class TestOrderImport(MemoryShopCase):
    def test_order_comes_with_everything_it_needs(self) -> None:
        sale = self._import(
            lines=[
                self._mug(
                    external_id="L1",
                    quantity=2,
                    total_excluded=2000,
                    total_included=2400,
                )
            ]
        )
        self.assertEqual(sale.state, "sale")
        self.assertEqual(sale.origin, "S-1")
        self.assertEqual(sale.date_order.isoformat(), "2026-11-01T12:00:00")
        self.assertEqual(sale.warehouse_id, self.backend.warehouse_id)
        self.assertEqual(sale.partner_id.name, "Ada Byron")
        self.assertEqual(sale.partner_id.country_id.code, "FR")
        line = sale.order_line
        self.assertEqual(line.product_id.default_code, "MUG")
        self.assertEqual(line.product_uom_qty, 2)
        self.assertEqual(line.shop_line_ref, "L1")
        self.assertEqual(sale.amount_total, 24)
        self.assertEqual(sale.amount_tax, 4)
        self.assertEqual(sale.picking_ids.move_ids.product_uom_qty, 2)

    def test_binding_keeps_the_words_of_the_shop(self) -> None:
        self._import(state="Shipped", coupons=("WELCOME10",))
        binding = self._find("1")
        self.assertEqual(binding.shop_state, "Shipped")
        self.assertEqual(binding.shop_order_name, "S-1")
        self.assertEqual(binding.shop_amount_total, 12)
        self.assertEqual(binding.shop_amount_tax, 2)
        self.assertEqual(binding.shop_coupons, "WELCOME10")
        bodies = " ".join(binding.odoo_id.message_ids.mapped("body"))
        self.assertIn("WELCOME10", bodies)

    def test_missing_product_is_imported_once(self) -> None:
        self._import("1", lines=[self._mug(), self._mug()])
        self._import("2")
        bound = self.env["test.shop.product.product"].search(
            [("backend_id", "=", self.backend.id)]
        )
        self.assertEqual(bound.mapped("external_id"), ["p1"])

    def test_product_without_binding_is_found_by_its_sku(self) -> None:
        pencil = self.env["product.product"].create(
            {"name": "Pencil", "default_code": "PENCIL"}
        )
        sale = self._import(lines=[self._mug(product_external_id=None, sku="PENCIL")])
        self.assertEqual(sale.order_line.product_id, pencil)

    def test_unknown_product_is_told(self) -> None:
        with self.assertRaisesRegex(MappingError, "NOWHERE"):
            self._import(lines=[self._mug(product_external_id=None, sku="NOWHERE")])

    def test_special_lines_have_their_products(self) -> None:
        special = {"product_external_id": None, "sku": "", "name": ""}
        sale = self._import(
            lines=[
                self._mug(quantity=5, total_excluded=5000, total_included=6000),
                {
                    "kind": LineKind.SHIPPING,
                    "total_excluded": 500,
                    "total_included": 600,
                    **special,
                    "name": "Express",
                },
                {
                    "kind": LineKind.FEE,
                    "total_excluded": 100,
                    "total_included": 120,
                    **special,
                },
                {
                    "kind": LineKind.COD,
                    "total_excluded": 200,
                    "total_included": 240,
                    **special,
                },
                {
                    "kind": LineKind.DISCOUNT,
                    "total_excluded": -300,
                    "total_included": -360,
                    **special,
                },
                {
                    "kind": LineKind.GIFT,
                    "total_excluded": -1000,
                    "total_included": -1000,
                    "tax_rate": 0,
                    "code": "XMAS",
                    **special,
                },
            ],
        )
        by_code = {line.product_id.default_code: line for line in sale.order_line}
        self.assertTrue(by_code["SHIP"].is_delivery)
        self.assertEqual(by_code["SHIP"].name, "Express")
        self.assertEqual(by_code["FEE"].price_total, 1.2)
        self.assertEqual(by_code["CASH ON DELIVERY"].price_total, 2.4)
        self.assertEqual(by_code["DISCOUNT"].price_total, -3.6)
        self.assertEqual(by_code["GIFT"].price_total, -10)
        self.assertIn("[XMAS]", by_code["GIFT"].name)
        self.assertAlmostEqual(sale.amount_total, 60 + 6 + 1.2 + 2.4 - 3.6 - 10)
        self.assertNotIn("ROUNDING", by_code)

    def test_prorated_discount_is_shown(self) -> None:
        sale = self._import(lines=[self._mug(total_excluded=900, total_included=1080)])
        self.assertEqual(sale.order_line.price_unit, 10)
        self.assertEqual(sale.order_line.discount, 10)
        self.assertEqual(sale.amount_total, 10.8)

    def test_carrier_of_the_same_name_is_set(self) -> None:
        product = self.env["product.product"].create(
            {"name": "Express", "type": "service"}
        )
        carrier = self.env["delivery.carrier"].create(
            {"name": "Express", "product_id": product.id}
        )
        shipping = {
            "kind": LineKind.SHIPPING,
            "name": "Express",
            "carrier_code": "express",
            "total_excluded": 500,
            "total_included": 600,
        }
        sale = self._import(lines=[self._mug(), shipping])
        self.assertEqual(sale.carrier_id, carrier)
        self.assertEqual(sale.picking_ids.carrier_id, carrier)
        self.assertEqual(len(sale.order_line.filtered("is_delivery")), 1)

    def test_carrier_of_the_code_comes_before_one_of_the_name(self) -> None:
        product = self.env["product.product"].create({"name": "A", "type": "service"})
        carriers = self.env["delivery.carrier"].create(
            [
                {"name": "fast_one", "product_id": product.id},
                {"name": "Coded", "product_id": product.id, "shop_code": "Fast_One"},
                {"name": "fastXone", "product_id": product.id},
            ]
        )
        find = carriers._find_by_shop_code
        self.assertEqual(find("fast_one"), carriers[1])
        carriers[1].shop_code = False
        self.assertEqual(find("FAST_ONE"), carriers[0])
        self.assertFalse(find("nothing"))

    def test_cancelled_order_is_imported_cancelled(self) -> None:
        sale = self._import(cancelled=True)
        self.assertEqual(sale.state, "cancel")
        self.assertEqual(sale.amount_total, 12)
        self.assertFalse(sale.need_cancel)

    def test_cart_is_left_alone(self) -> None:
        self._place("1", state="cart")
        self.assertIn("not placed yet", self._run("1"))
        self.assertFalse(self._find("1"))

    def test_cancelled_order_may_be_left_out(self) -> None:
        self.backend.import_cancelled = False
        self._place("1", cancelled=True)
        self.assertIn("cancelled", self._run("1"))
        self.assertFalse(self._find("1"))

    def test_cancellation_after_the_import(self) -> None:
        sale = self._import()
        self.shop.orders["1"] = replace(self.shop.orders["1"], cancelled=True)
        self._run("1")
        self.assertEqual(sale.state, "cancel")
        self.assertEqual(sale.picking_ids.state, "cancel")

    def test_second_import_leaves_the_lines_alone(self) -> None:
        sale = self._import()
        sale.order_line.name = "Changed by a person"
        self.shop.orders["1"] = replace(self.shop.orders["1"], state="Shipped")
        self._run("1")
        self.assertEqual(sale.order_line.name, "Changed by a person")
        self.assertEqual(self._find("1").shop_state, "Shipped")

    def test_price_of_the_shop_outlives_an_edited_quantity(self) -> None:
        for number, cents in (("1", 1000), ("2", 0)):
            line = self._mug(unit_price=cents, total_excluded=cents)
            line["total_included"] = cents * 12 // 10
            sale = self._import(number, lines=[line])
            sale.order_line.product_uom_qty = 3
            self.assertEqual(sale.order_line.price_unit, cents / 100)

    def test_order_may_keep_the_number_of_the_shop(self) -> None:
        self.backend.sale_prefix = "WEB-"
        self.assertEqual(self._import().name, "WEB-S-1")

    def test_workflow_invoices(self) -> None:
        workflow = self.env.ref("connector_ecommerce.workflow_confirm_invoice")
        self.backend.workflow_id = workflow
        sale = self._import(lines=[self._mug(total_excluded=748, total_included=899)])
        invoice = sale.invoice_ids
        self.assertEqual(invoice.state, "posted")
        self.assertEqual(
            (invoice.amount_untaxed, invoice.amount_tax, invoice.amount_total),
            (7.48, 1.51, 8.99),
        )

    def test_without_workflow_the_order_stays_a_quotation(self) -> None:
        self.backend.workflow_id = False
        self.assertEqual(self._import().state, "draft")

    def test_foreign_currency_needs_a_pricelist(self) -> None:
        self.env.ref("base.CHF").active = True
        with self.assertRaisesRegex(MappingError, "CHF"):
            self._import(currency="CHF")

    def test_foreign_currency(self) -> None:
        francs = self.env.ref("base.CHF")
        francs.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": francs.id, "name": "2026-01-01", "rate": 0.8}
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Francs", "currency_id": francs.id}
        )
        self.backend.pricelist_id = pricelist
        self.backend.workflow_id = self.env.ref(
            "connector_ecommerce.workflow_confirm_invoice"
        )
        sale = self._import(
            currency="CHF",
            lines=[self._mug(total_excluded=748, total_included=899)],
        )
        self.assertEqual(sale.currency_id, francs)
        self.assertEqual((sale.amount_tax, sale.amount_total), (1.51, 8.99))
        invoice = sale.invoice_ids
        self.assertEqual((invoice.amount_tax, invoice.amount_total), (1.51, 8.99))
        self.assertAlmostEqual(invoice.amount_total_signed, 11.24, places=2)
