# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo.tests import tagged

from odoo.addons.component.core import WorkContext

from .common import ShopCase


@tagged("post_install", "-at_install")
class TestLineBuilder(ShopCase):
    def _builder(self, usage: str, **attributes: Any) -> Any:
        work = WorkContext(
            model_name="sale.order", collection=self.env["collection.base"]
        )
        builder = work.component(usage=usage)
        for name, value in attributes.items():
            setattr(builder, name, value)
        return builder

    def test_each_kind_has_its_product_sequence_and_sign(self) -> None:
        cases = [
            ("shipping", "SHIP", 999, 4.0),
            ("cod", "CASH ON DELIVERY", 995, 4.0),
            ("fee", "FEE", 994, 4.0),
            ("gift", "GIFT", 990, -4.0),
            ("discount", "DISCOUNT", 985, -4.0),
            ("rounding", "ROUNDING", 1000, 4.0),
        ]
        for kind, code, sequence, price in cases:
            with self.subTest(kind):
                builder = self._builder(f"order.line.builder.{kind}", price_unit=4.0)
                line = builder.get_line()
                product = self.env["product.product"].browse(line["product_id"])
                self.assertEqual(product.default_code, code)
                self.assertEqual(line["sequence"], sequence)
                self.assertEqual(line["price_unit"], price)

    def test_shipping_line_is_a_delivery(self) -> None:
        builder = self._builder("order.line.builder.shipping", price_unit=4.0)
        self.assertIs(builder.get_line()["is_delivery"], True)

    def test_gift_code_is_in_the_name(self) -> None:
        builder = self._builder(
            "order.line.builder.gift", price_unit=4.0, gift_code="XMAS"
        )
        self.assertTrue(builder.get_line()["name"].endswith(" [XMAS]"))

    def test_generic_builder_takes_a_product_or_its_id(self) -> None:
        usage = "order.line.builder"
        for product in (self.mug, self.mug.id):
            builder = self._builder(usage, product=product, price_unit=0, quantity=3)
            line = builder.get_line()
            self.assertEqual(line["product_id"], self.mug.id)
            self.assertEqual(line["product_uom_qty"], 3)
            self.assertEqual(line["product_uom_id"], self.mug.uom_id.id)
            self.assertEqual(line["sequence"], 980)

    def test_product_and_price_are_needed(self) -> None:
        with self.assertRaises(AssertionError):
            self._builder("order.line.builder", price_unit=1).get_line()
        with self.assertRaises(AssertionError):
            self._builder("order.line.builder", product=self.mug).get_line()

    def test_line_can_be_created_as_it_is(self) -> None:
        order = self._create_order()
        builder = self._builder("order.line.builder.shipping", price_unit=4.0)
        order.order_line = [(0, 0, builder.get_line())]
        self.assertEqual(order.amount_total, 2 * 10 + 5 * 2 + 4)

    def test_imported_delivery_is_charged_once(self) -> None:
        carrier = self.env["delivery.carrier"].create(
            {
                "name": "Post",
                "product_id": self.env["product.product"]
                .create({"name": "Post", "type": "service"})
                .id,
                "fixed_price": 7,
                "invoice_policy": "real",
            }
        )
        order = self._create_order(carrier_id=carrier.id)
        builder = self._builder("order.line.builder.shipping", price_unit=4.0)
        order.order_line = [(0, 0, builder.get_line())]
        imported = order.order_line.filtered("is_delivery")
        self.assertEqual(order._create_delivery_line(carrier, 7), imported)
        order.action_confirm()
        order.picking_ids.carrier_price = 7
        order.picking_ids._add_delivery_cost_to_so()
        delivery = order.order_line.filtered("is_delivery")
        self.assertEqual((delivery, delivery.price_unit), (imported, 4.0))

    def test_delivery_of_odoo_is_added_without_an_imported_one(self) -> None:
        product = self.env["product.product"].create(
            {"name": "Post", "type": "service"}
        )
        carrier = self.env["delivery.carrier"].create(
            {"name": "Post", "product_id": product.id, "fixed_price": 7}
        )
        order = self._create_order()
        order.set_delivery_line(carrier, 7)
        self.assertEqual(order.order_line.filtered("is_delivery").price_unit, 7)
