# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.tests.common import tagged

from .common import WebshopCase


@tagged("post_install", "-at_install")
class TestOrder(WebshopCase):
    def test_lines(self):
        order = self.order(self.source(shipping=5, cod=2, gift=("XYZ", 4), discount=1))
        lines = {line.product_id: line for line in order.order_line}
        prices = {
            name: lines[self.env.ref(f"connector_ecommerce.{xml_id}")]
            for name, xml_id in (
                ("shipping", "product_product_shipping"),
                ("cash_on_delivery", "product_product_cash_on_delivery"),
                ("gift", "product_product_gift"),
                ("discount", "product_product_discount"),
            )
        }
        self.assertEqual(prices["shipping"].price_unit, 5)
        self.assertTrue(prices["shipping"].is_delivery)
        self.assertEqual(prices["shipping"].sequence, 999)
        self.assertEqual(prices["cash_on_delivery"].price_unit, 2)
        self.assertEqual(prices["cash_on_delivery"].sequence, 995)
        self.assertEqual(prices["gift"].price_unit, -4)
        self.assertEqual(prices["gift"].sequence, 990)
        self.assertIn("[XYZ]", prices["gift"].name)
        self.assertEqual(prices["discount"].price_unit, -1)
        self.assertEqual(lines[self.product].product_uom_qty, 3)
        self.assertEqual(
            self.env.ref("connector_ecommerce.product_product_shipping").default_code,
            "SHIP",
        )
        self.assertTrue(self.env.ref("connector_ecommerce.product_categ_services"))

    def test_builder(self):
        with self.backend.work_on("webshop.sale.order") as work:
            builder = work.component(usage="order.line.builder.wrapping")
            with self.assertRaises(AssertionError):
                builder.get_line()
            builder.product = self.product.id
            builder.price_unit = 3
            builder.quantity = 2
            line = builder.get_line()
        self.assertEqual(line["product_id"], self.product.id)
        self.assertEqual((line["price_unit"], line["sequence"]), (3, 970))
        self.assertEqual(line["product_uom_qty"], 2)

    def test_onchange(self):
        with self.backend.work_on("webshop.sale.order") as work:
            manager = work.component(usage="ecommerce.onchange.manager.sale.order")
            self.assertIn("partner_id", manager.order_onchange_fields)
            self.assertIn("product_id", manager.line_onchange_fields)
            values = manager.play_onchanges(
                "sale.order",
                {"partner_id": self.partner.id, "note": "mine", "no_field": 1},
                ["partner_id"],
            )
            self.assertEqual((values["note"], values["no_field"]), ("mine", 1))
            self.assertEqual(values["partner_invoice_id"], self.partner.id)
            result = {"value": {"user_id": (4, "Bob"), "note": "x", "flag": False}}
            self.assertEqual(
                manager.get_new_values({"note": "mine"}, result),
                {"user_id": 4, "flag": False},
            )
            lines = [
                (0, 0, {"product_id": self.product.id}),
                (1, 5, {"product_id": self.product.id}),
                (4, 7),
                (6, 0, [8]),
            ]
            order = manager.play({"partner_id": self.partner.id}, lines)
            self.assertEqual(order["partner_id"], self.partner.id)
            self.assertEqual([tuple(line)[:2] for line in lines[:2]], [(0, 0), (1, 5)])
            self.assertIn("name", lines[0][2])
            self.assertEqual(lines[2:], [(4, 7), (6, 0, [8])])

    def test_payment_method(self):
        order = self.order()
        method = order.preferred_payment_method_line_id
        self.assertEqual(method.name, "Card of the Webshop")
        self.assertEqual(
            method.get_or_create_payment_method("card OF the webshop"), method
        )
        self.assertEqual(
            (method.import_rule, method.days_before_cancel), ("always", 30)
        )
        method.import_rule = "shipped"
        rules = [value for value, _label in method._get_import_rules()]
        self.assertLessEqual({"always", "never", "paid", "authorized"}, set(rules))

    def test_parent(self):
        first = self.order(self.source("1"))
        second = self.order(self.source("2"), webshop_parent_ref="1")
        self.assertEqual(second.odoo_id.parent_id, first.odoo_id)
        self.assertFalse(first.odoo_id.parent_id)
        action = second.odoo_id.action_view_parent()
        self.assertEqual(action["res_id"], first.odoo_id.id)
        first.odoo_id.action_confirm()
        first.odoo_id.locked = True
        first.canceled_in_backend = True
        self.assertTrue(second.odoo_id.parent_need_cancel)

    def test_cancelled_there(self):
        order = self.order().odoo_id
        order.action_confirm()
        order.canceled_in_backend = True
        self.assertEqual(order.state, "cancel")
        self.assertTrue(order.cancellation_resolved)
        self.assertFalse(order.need_cancel)

    def test_cancelled_here_afterwards(self):
        order = self.order().odoo_id
        order.locked = True
        order.canceled_in_backend = True
        self.assertTrue(order.need_cancel)
        order.locked = False
        order.action_cancel()
        self.assertEqual(order.state, "cancel")
        self.assertTrue(order.cancellation_resolved)

    def test_cannot_be_cancelled(self):
        order = self.order().odoo_id
        order.action_confirm()
        order.locked = True
        order.canceled_in_backend = True
        self.assertEqual(order.state, "sale")
        self.assertTrue(order.need_cancel)
        wizard = self.env["sale.ignore.cancel"].with_context(active_ids=order.ids)
        wizard.create({"reason": "<p>Shipped already</p>"}).confirm_ignore_cancel()
        self.assertFalse(order.need_cancel)
        self.assertTrue(order.cancellation_resolved)

    def test_exception_rule(self):
        rule = self.env.ref("connector_ecommerce.excep_order_need_cancel")
        self.assertFalse(rule.active)
        self.assertTrue(
            self.env.ref("connector_ecommerce.excep_parent_order_need_cancel")
        )
        rule.active = True
        order = self.order().odoo_id
        order.locked = True
        order.canceled_in_backend = True
        order.locked = False
        with self.assertRaises(UserError):
            order.action_confirm()
        order.ignore_cancellation("we keep it")
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_delivery_line_once(self):
        order = self.order(self.source(shipping=5)).odoo_id
        carrier = self.env["delivery.carrier"].create(
            {
                "name": "Post",
                "product_id": self.env.ref(
                    "connector_ecommerce.product_product_shipping"
                ).id,
            }
        )
        order._create_delivery_line(carrier, 7)
        self.assertEqual(len(order.order_line.filtered("is_delivery")), 1)

    def test_tax(self):
        taxes = self.env["account.tax"]
        group = self.env["account.tax.group"].create({"name": "Webshop"})
        tax = taxes.create(
            {
                "name": "Webshop 17.3",
                "amount": 17.3,
                "type_tax_use": "sale",
                "tax_group_id": group.id,
            }
        )
        self.assertEqual(taxes.get_tax_from_rate(17.3), tax)
        self.assertEqual(taxes.get_tax_from_rate(17.3009), tax)
        self.assertFalse(taxes.get_tax_from_rate(17.3, is_tax_included=True))
        self.product.taxes_id = tax
        self.assertEqual(self.product.product_tmpl_id.tax_group_id, group)

    def test_views(self):
        for model in ("product.product", "product.template", "sale.order"):
            arch = self.env[model].get_view(view_type="form")["arch"]
            self.assertIn('name="connector"', arch, model)
