# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from odoo.tests import tagged

from odoo.addons.connector_ecommerce.core import LineKind, PaymentState, ShopPayment
from odoo.addons.connector_ecommerce.tests.shop_orders import PARIS
from odoo.addons.queue_job.tests.common import trap_jobs

from .common import MemoryShopCase

SHIPPING = {
    "kind": LineKind.SHIPPING,
    "name": "Post",
    "sku": "",
    "total_excluded": 500,
    "total_included": 600,
}


@tagged("post_install", "-at_install")
class TestOrderEdit(MemoryShopCase):
    """The customer, or the shop, changes an order that is imported already."""

    def _line(self, ref: str, quantity: int, product: str = "p1") -> dict[str, Any]:
        """Goods of 10.00 and 20 % of tax."""
        return self._mug(
            external_id=ref,
            product_external_id=product,
            name="Mug" if product == "p1" else "Pen",
            quantity=quantity,
            total_excluded=1000 * quantity,
            total_included=1200 * quantity,
        )

    def _edit(self, *lines: dict[str, Any], **order: Any) -> Any:
        self._place("1", lines=lines, **order)
        self._run("1")
        return self._find("1").odoo_id

    def _open_moves(self, sale: Any) -> dict[str, float]:
        moves = sale.picking_ids.move_ids.filtered(
            lambda m: m.state not in ("done", "cancel")
        )
        return {m.product_id.default_code: m.product_uom_qty for m in moves}

    def _quantities(self, sale: Any) -> dict[str, float]:
        return {ln.shop_line_ref: ln.product_uom_qty for ln in sale.order_line}

    def _deliver(self, sale: Any, quantity: float) -> None:
        move = sale.picking_ids.move_ids.filtered(lambda m: m.state != "done")
        move.quantity = quantity
        move.picked = True
        move.picking_id._action_done()

    def _invoice(self, sale: Any) -> Any:
        invoice = sale._create_invoices()
        invoice.action_post()
        return invoice

    def test_confirmed_order_follows_with_its_transfer(self) -> None:
        sale = self._edit(self._line("L1", 2), self._line("L2", 1, "p2"), SHIPPING)
        self.assertEqual(sale.state, "sale")
        dear = {**SHIPPING, "total_excluded": 1000, "total_included": 1200}
        self._edit(self._line("L1", 5), self._line("L3", 4, "p2"), dear)
        self.assertEqual(
            self._quantities(sale), {"L1": 5, "L2": 0, "L3": 4, "shipping": 1}
        )
        self.assertEqual(self._open_moves(sale), {"MUG": 5, "PEN": 4})
        self.assertEqual((sale.amount_tax, sale.amount_total), (20, 120))
        self.assertFalse(sale.review_reason)
        self.assertIn("Mug: 2 before, 5 now", str(sale.message_ids.mapped("body")))

    def test_quotation_loses_its_lines(self) -> None:
        self.backend.workflow_id = False
        sale = self._edit(self._line("L1", 2), self._line("L2", 1, "p2"))
        self._edit(self._line("L1", 2))
        self.assertEqual(self._quantities(sale), {"L1": 2})

    def test_part_that_the_shop_cancelled_is_not_shipped(self) -> None:
        sale = self._edit(self._line("L1", 3))
        self._deliver(sale, 1)
        self._edit(self._line("L1", 1))
        self.assertEqual(self._quantities(sale), {"L1": 1})
        self.assertEqual(self._open_moves(sale), {})
        self.assertFalse(sale.review_reason)

    def test_what_is_delivered_stays_for_a_person(self) -> None:
        sale = self._edit(self._line("L1", 3))
        self._deliver(sale, 2)
        for _again in range(2):
            self._edit(self._line("L1", 1))
            self.assertEqual(self._quantities(sale), {"L1": 2})
            self.assertIn("1 in the shop, 2 delivered", sale.review_reason)
        self.assertEqual(self._open_moves(sale), {})
        problems = sale.message_ids.filtered(lambda m: "2 delivered" in str(m.body))
        self.assertEqual(len(problems), 1, problems.mapped("body"))

    def test_problem_goes_once_the_goods_are_back(self) -> None:
        sale = self._edit(self._line("L1", 3))
        self._deliver(sale, 3)
        self._edit(self._line("L1", 1))
        self.assertTrue(sale.shop_problem)
        wizard = self.env["stock.return.picking"].create(
            {"picking_id": sale.picking_ids.id}
        )
        wizard.product_return_moves.write({"quantity": 2, "to_refund": True})
        returned = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        returned.move_ids.write({"quantity": 2, "picked": True})
        returned._action_done()
        self._run("1")
        self.assertEqual(self._quantities(sale), {"L1": 1})
        self.assertFalse(sale.review_reason)

    def test_line_that_is_invoiced_stays_for_a_person(self) -> None:
        sale = self._edit(self._line("L1", 3), self._line("L2", 1, "p2"))
        self._invoice(sale)
        self._edit(self._line("L1", 2))
        self.assertEqual(self._quantities(sale), {"L1": 3, "L2": 1})
        self.assertIn("Mug: 2 in the shop", sale.shop_problem)
        self.assertIn("Pen: 0 in the shop", sale.shop_problem)

    def test_price_that_is_invoiced_stays_for_a_person(self) -> None:
        sale = self._edit(self._line("L1", 1))
        self._invoice(sale)
        cheaper = {
            **self._line("L1", 1),
            "total_excluded": 900,
            "total_included": 1080,
        }
        self._edit(cheaper)
        self.assertEqual(sale.amount_total, 12)
        self.assertIn("price changed", sale.shop_problem)

    def test_more_of_an_invoiced_line_is_added(self) -> None:
        sale = self._edit(self._line("L1", 1))
        self._invoice(sale)
        self._edit(self._line("L1", 3))
        self.assertEqual(self._quantities(sale), {"L1": 3})
        self.assertEqual(sale.invoice_status, "to invoice")
        self.assertEqual(self._invoice(sale).amount_total, 24)
        self.assertFalse(sale.review_reason)

    def test_other_product_on_a_line(self) -> None:
        sale = self._edit(self._line("L1", 2))
        self._edit(self._line("L1", 2, "p2"))
        active = sale.order_line.filtered("product_uom_qty")
        self.assertEqual(active.product_id.default_code, "PEN")
        self.assertEqual(active.shop_line_ref, "L1")
        self.assertEqual(self._open_moves(sale), {"PEN": 2})

    def test_what_people_did_to_other_lines_is_kept(self) -> None:
        sale = self._edit(self._line("L1", 2), self._line("L2", 1, "p2"))
        sale.order_line[0].write({"product_uom_qty": 4, "name": "Clear mug"})
        self._edit(self._line("L1", 2), self._line("L2", 3, "p2"))
        self.assertEqual(self._quantities(sale), {"L1": 4, "L2": 3})
        self.assertEqual(sale.order_line[0].name, "Clear mug")
        self.assertTrue(sale.shop_totals_differ)

    def test_text_of_a_person_outlives_an_edit_of_its_line(self) -> None:
        sale = self._edit(self._line("L1", 1))
        sale.order_line.name = "Clear mug"
        self._edit(self._line("L1", 2))
        self.assertEqual(sale.order_line.name, "Clear mug")

    def test_line_that_people_added_is_kept(self) -> None:
        sale = self._edit(self._line("L1", 1))
        gift = self.env["product.product"].create({"name": "Gift", "list_price": 0})
        sale.order_line = [(0, 0, {"product_id": gift.id, "price_unit": 0})]
        self._edit(self._line("L1", 2))
        self.assertIn(gift, sale.order_line.product_id)
        self.assertFalse(sale.review_reason)

    def test_locked_and_cancelled_orders_are_left_to_a_person(self) -> None:
        for number, close in enumerate(("action_lock", "_action_cancel")):
            with self.subTest(close):
                name = f"c{number}"
                self._place(name, lines=[self._line("L1", 1)])
                self._run(name)
                sale = self._find(name).odoo_id
                getattr(sale, close)()
                self._place(name, lines=[self._line("L1", 2)])
                self._run(name)
                self.assertEqual(self._quantities(sale), {"L1": 1})
                self.assertIn("Edited in the shop", sale.review_reason)

    def test_problem_taken_as_done_comes_back_with_the_next_edit(self) -> None:
        sale = self._edit(self._line("L1", 3))
        self._invoice(sale)
        self._edit(self._line("L1", 2))
        sale.action_ignore_shop_problem()
        self._run("1")
        self.assertFalse(sale.shop_problem)
        self._edit(self._line("L1", 1))
        self.assertTrue(sale.shop_problem)

    def test_lines_without_ids_are_left_to_a_person(self) -> None:
        line = {**self._line("L1", 1), "external_id": None}
        sale = self._edit(line)
        self._edit({**line, "quantity": 2})
        self.assertIn("no ids", sale.shop_problem)

    def test_rounding_is_that_of_the_edited_order(self) -> None:
        net = {**self._line("L1", 1), "total_included": None}
        sale = self._edit(net, total_included=Decimal("12.02"), total_tax=None)
        self.assertEqual(sale.amount_total, 12.02)
        more = {**self._line("L1", 2), "total_included": None}
        self._edit(more, total_included=Decimal("24.01"), total_tax=None)
        self.assertEqual(sale.amount_total, 24.01)
        rounding = sale.order_line.filtered(lambda ln: ln.shop_line_ref == "rounding")
        self.assertEqual(sum(rounding.mapped("price_total")), 0.01)

    def test_address_moves_with_the_transfer(self) -> None:
        sale = self._edit(self._line("L1", 1))
        lyon = replace(PARIS, city="Lyon", zip="69001")
        self._edit(self._line("L1", 1), shipping_address=lyon)
        self.assertEqual(sale.partner_shipping_id.city, "Lyon")
        self.assertEqual(sale.picking_ids.partner_id.city, "Lyon")
        self._deliver(sale, 1)
        self._edit(self._line("L1", 1), shipping_address=PARIS)
        self.assertEqual(sale.partner_shipping_id.city, "Lyon")
        self.assertIn("delivery address", sale.shop_problem)

    def test_edit_that_the_payment_does_not_cover(self) -> None:
        method = self.env["account.payment.method.line"].get_or_create_payment_method(
            "Card"
        )
        method.import_rule = "paid"
        paid = ShopPayment(method="card", amount=12, state=PaymentState.PAID)
        sale = self._edit(self._line("L1", 1), payments=(paid,))
        self._edit(self._line("L1", 2), payments=(paid,))
        self.assertEqual(self._quantities(sale), {"L1": 2})
        self.assertIn("payment does not cover", sale.shop_problem)
        second = replace(paid, amount=12)
        self._edit(self._line("L1", 2), payments=(paid, second))
        self.assertFalse(sale.shop_problem)

    def test_quotation_is_edited_before_it_is_confirmed_and_invoiced(self) -> None:
        self.backend.unpaid_order_policy = "quotation"
        self.backend.workflow_id = self.env.ref(
            "connector_ecommerce.workflow_confirm_invoice"
        )
        method = self.env["account.payment.method.line"].get_or_create_payment_method(
            "Card"
        )
        method.import_rule = "paid"
        pending = ShopPayment(method="card", amount=12, state=PaymentState.PENDING)
        sale = self._edit(self._line("L1", 1), payments=(pending,))
        self.assertEqual(sale.state, "draft")
        paid = replace(pending, amount=36, state=PaymentState.PAID)
        self._edit(self._line("L1", 3), payments=(paid,))
        self.assertEqual(sale.state, "sale")
        self.assertEqual(sale.invoice_ids.amount_total, 36)
        self.assertFalse(sale.review_reason)

    def test_order_of_an_earlier_version_is_taken_as_it_is(self) -> None:
        sale = self._edit(self._line("L1", 1))
        forgotten = {"shop_lines_version": False, "shop_addresses_version": False}
        sale.write(forgotten)
        sale.order_line.write({"shop_version": False, "product_uom_qty": 4})
        self._run("1")
        self.assertEqual(self._quantities(sale), {"L1": 4})
        self._edit(self._line("L1", 2))
        self.assertEqual(self._quantities(sale), {"L1": 2})

    def test_edit_exports_nothing_back(self) -> None:
        with trap_jobs() as trap:
            self._edit(self._line("L1", 1))
            self._edit(self._line("L1", 2))
            trap.assert_jobs_count(0)
