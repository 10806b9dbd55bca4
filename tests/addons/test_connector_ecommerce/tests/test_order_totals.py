# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from decimal import Decimal
from typing import Any

from odoo.tests import tagged

from odoo.addons.connector.exception import InvalidDataError, MappingError
from odoo.addons.connector_ecommerce.core import from_cents

from .common import MemoryShopCase


@tagged("post_install", "-at_install")
class TestOrderTotals(MemoryShopCase):
    def _rounding(self, sale: Any) -> Any:
        rounding = self.env.ref("connector_ecommerce.product_product_rounding")
        return sale.order_line.filtered(lambda line: line.product_id == rounding)

    def test_tax_of_the_shop_is_told(self) -> None:
        """7.48 and 1.51: Odoo would say 7.49 and 1.50."""
        for method in ("round_globally", "round_per_line"):
            with self.subTest(method):
                self.env.company.tax_calculation_rounding_method = method
                sale = self._import(
                    method, lines=[self._mug(total_excluded=748, total_included=899)]
                )
                self.assertEqual((sale.amount_untaxed, sale.amount_tax), (7.48, 1.51))
                self.assertFalse(self._rounding(sale))

    def test_basis_of_the_tax_in_odoo_does_not_matter(self) -> None:
        for unused, used in (
            (self.tax_included, self.tax_excluded),
            (self.tax_excluded, self.tax_included),
        ):
            with self.subTest(used.price_include_override):
                (unused | used).write({"active": True})
                unused.active = False
                for included in (False, True):
                    price = 1200 if included else 1000
                    sale = self._import(
                        f"{used.id}-{included}",
                        lines=[
                            self._mug(unit_price=price, price_includes_tax=included)
                        ],
                    )
                    self.assertEqual(sale.order_line.tax_ids, used)
                    self.assertEqual((sale.amount_tax, sale.amount_total), (2, 12))

    def test_tax_of_the_shops_basis_is_preferred(self) -> None:
        for included in (False, True):
            sale = self._import(
                str(included), lines=[self._mug(price_includes_tax=included)]
            )
            self.assertEqual(sale.order_line.tax_ids.price_include, included)

    def test_one_total_is_enough(self) -> None:
        net = self._mug(total_included=None)
        gross = self._mug(total_excluded=None, unit_price=None)
        for name, line in (("net", net), ("gross", gross)):
            with self.subTest(name):
                sale = self._import(
                    name, lines=[line], total_included=Decimal(12), total_tax=Decimal(2)
                )
                self.assertEqual((sale.amount_tax, sale.amount_total), (2, 12))

    def test_product_taxes_are_used_when_the_shop_gives_no_rate(self) -> None:
        self._run("p1", model="test.shop.product.product")
        mug = self._find("p1", model="test.shop.product.product")
        mug.taxes_id = self.tax_excluded
        order = self._place("1")
        line = order.lines[0]
        object.__setattr__(line, "tax_rate", None)
        sale = self._import()
        self.assertEqual(sale.order_line.tax_ids, self.tax_excluded)
        self.assertEqual(sale.amount_total, 12)

    def test_small_difference_is_adjusted(self) -> None:
        sale = self._import(total_included=from_cents(1203), total_tax=None)
        self.assertEqual(sale.amount_total, 12.03)
        self.assertEqual(self._rounding(sale).price_unit, 0.03)
        self.assertFalse(self._rounding(sale).tax_ids)
        self.assertEqual(sale.state, "sale")

    def test_big_difference_is_reviewed_and_not_confirmed(self) -> None:
        sale = self._import(total_included=from_cents(1500), total_tax=None)
        self.assertEqual(sale.amount_total, 12)
        self.assertTrue(sale.shop_totals_differ)
        self.assertEqual(sale.state, "draft")
        self.assertTrue(sale.blocking_reason)
        checkpoint = self.env["connector.checkpoint"].search(
            [("record_id", "=", sale.id), ("model_id.model", "=", "sale.order")]
        )
        self.assertEqual(checkpoint.state, "need_review")

    def test_checkpoint_policy_adjusts_nothing(self) -> None:
        self.backend.totals_policy = "checkpoint"
        sale = self._import(total_included=from_cents(1201), total_tax=None)
        self.assertFalse(self._rounding(sale))
        self.assertTrue(sale.shop_totals_differ)
        self.assertEqual(sale.state, "draft")

    def test_refuse_policy_refuses(self) -> None:
        self.backend.totals_policy = "refuse"
        with self.assertRaisesRegex(InvalidDataError, "S-1"):
            self._import(total_included=from_cents(1201), total_tax=None)

    def test_tax_that_differs_is_seen(self) -> None:
        sale = self._import(total_tax=from_cents(150))
        self.assertTrue(sale.shop_totals_differ)
        self.assertEqual(sale.amount_total, 12)

    def test_agreeing_totals_say_nothing(self) -> None:
        for policy in ("adjust", "checkpoint", "refuse"):
            self.backend.totals_policy = policy
            sale = self._import(policy)
            self.assertFalse(sale.shop_totals_differ)
            self.assertFalse(self._rounding(sale))
            self.assertEqual(sale.state, "sale")

    def test_order_edited_in_the_shop_is_reviewed_until_it_agrees(self) -> None:
        self.backend.edited_order_policy = "review"
        sale = self._import()
        double = self._mug(quantity=2, total_excluded=2000, total_included=2400)
        self._place("1", lines=[double])
        self._run("1")
        self.assertTrue(sale.shop_totals_differ)
        self.assertEqual(sale.order_line.product_uom_qty, 1)
        checkpoints = [("record_id", "=", sale.id), ("model_id.model", "=", sale._name)]
        model = self.env["connector.checkpoint"]
        told = model.search(checkpoints).mapped("reason")
        self.assertIn("Edited in the shop", sale.review_reason)
        self._run("1")
        self.assertEqual(model.search(checkpoints).mapped("reason"), told)
        sale.order_line.product_uom_qty = 2
        self._run("1")
        self.assertFalse(sale.shop_totals_differ)
        sale.action_ignore_shop_problem()
        self._run("1")
        self.assertFalse(sale.review_reason)

    def test_missing_tax_is_told(self) -> None:
        with self.assertRaisesRegex(MappingError, "7.7"):
            self._import(lines=[self._mug(tax_rate=Decimal("7.7"))])

    def test_missing_tax_may_be_created(self) -> None:
        self.backend.create_missing_taxes = True
        line = self._mug(tax_rate=Decimal("7.7"), total_included=1077)
        sale = self._import(lines=[line])
        self.assertEqual(sale.order_line.tax_ids.amount, 7.7)
        self.assertEqual(sale.amount_tax, 0.77)
        again = self._import("2", lines=[line])
        self.assertEqual(again.order_line.tax_ids, sale.order_line.tax_ids)

    def test_zero_rate_needs_no_tax(self) -> None:
        line = self._mug(tax_rate=Decimal(0), total_included=1000)
        sale = self._import(lines=[line])
        self.assertEqual((sale.amount_tax, sale.amount_total), (0, 10))

    def test_tax_of_the_fiscal_position_is_preferred(self) -> None:
        position = self.env["account.fiscal.position"].create(
            {
                "name": "France",
                "auto_apply": True,
                "country_id": self.env.ref("base.fr").id,
            }
        )
        french = self._create_tax(20, "tax_excluded", name="French")
        french.sequence = 99
        french.fiscal_position_ids = position
        sale = self._import()
        self.assertEqual(sale.fiscal_position_id, position)
        self.assertEqual(sale.order_line.tax_ids, french)
