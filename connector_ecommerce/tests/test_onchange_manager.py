# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.component.core import WorkContext

from .common import ShopCase


@tagged("post_install", "-at_install")
class TestOnchangeManager(ShopCase):
    def _component(self, usage: str) -> Any:
        work = WorkContext(
            model_name="sale.order", collection=self.env["collection.base"]
        )
        return work.component(usage=usage)

    def setUp(self) -> None:
        super().setUp()
        self.manager = self._component("ecommerce.onchange.manager")
        self.terms = self.env["account.payment.term"].create({"name": "In a month"})
        self.partner.property_payment_term_id = self.terms

    def test_new_values_are_those_the_record_has_not(self) -> None:
        result = {
            "value": {
                "a": 1,
                "partner_id": (7, "Ada"),
                "name": False,
                "tag_ids": [3, 4],
            }
        }
        new = self.manager.get_new_values({"a": 2}, result, model="sale.order")
        self.assertEqual(new, {"partner_id": 7, "name": False, "tag_ids": [3, 4]})
        without_model = self.manager.get_new_values({"a": 2}, result)
        self.assertEqual(without_model["partner_id"], 7)
        self.assertEqual(without_model["tag_ids"], [3, 4])

    def test_nothing_new(self) -> None:
        self.assertEqual(self.manager.get_new_values({"a": 1}, {}), {})

    def test_computed_editable_fields_are_played(self) -> None:
        values = {"partner_id": self.partner.id}
        played = self.manager.play_onchanges("sale.order", values, ["partner_id"])
        self.assertEqual(played["payment_term_id"], self.terms.id)
        self.assertEqual(played["partner_invoice_id"], self.partner.id)

    def test_given_values_win_and_unknown_keys_are_kept(self) -> None:
        values = {
            "partner_id": self.partner.id,
            "payment_term_id": False,
            "shop_key": "kept",
        }
        played = self.manager.play_onchanges("sale.order", values, ["partner_id"])
        self.assertIs(played["payment_term_id"], False)
        self.assertEqual(played["shop_key"], "kept")

    def test_onchange_methods_are_played(self) -> None:
        france = self.env.ref("base.fr")
        state = self.env["res.country.state"].create(
            {"name": "Somewhere", "code": "SW", "country_id": france.id}
        )
        values = {"name": "Ada", "state_id": state.id}
        played = self.manager.play_onchanges("res.partner", values, ["state_id"])
        self.assertEqual(played["country_id"], france.id)

    def test_order_and_lines_are_played_in_place(self) -> None:
        manager = self._component("ecommerce.onchange.manager.sale.order")
        extra = [Command.create({"product_id": self.pen.id, "price_unit": 0.5})]
        order = {
            "partner_id": self.partner.id,
            "order_line": [
                Command.create({"product_id": self.mug.id}),
                Command.set([]),
            ],
        }
        played = manager.play(order, extra)
        self.assertEqual(played["payment_term_id"], self.terms.id)
        mug, untouched = played["order_line"]
        self.assertEqual(mug[2]["price_unit"], 10.0)
        self.assertEqual(mug[2]["name"], "Mug")
        self.assertEqual(mug[2]["product_uom_id"], self.mug.uom_id.id)
        self.assertEqual(untouched, Command.set([]))
        self.assertEqual(extra[0][2]["price_unit"], 0.5)
        self.assertEqual(extra[0][2]["name"], "Pen")

    def test_played_order_can_be_created(self) -> None:
        manager = self._component("ecommerce.onchange.manager.sale.order")
        lines = [Command.create({"product_id": self.mug.id, "product_uom_qty": 3})]
        order = manager.play({"partner_id": self.partner.id, "order_line": lines}, [])
        sale = self.env["sale.order"].create(order)
        self.assertEqual(sale.amount_total, 30)
        self.assertEqual(sale.payment_term_id, self.terms)
