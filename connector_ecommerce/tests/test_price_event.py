# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.component.core import Component

from .common import ShopCase


class PriceListener(Component):
    _name = "test.ecommerce.price.listener"
    _inherit = "base.event.listener"
    _apply_on = "product.product"

    def on_product_price_changed(self, record: Any) -> None:
        self.heard.append(record)


@tagged("post_install", "-at_install")
class TestPriceEvent(ShopCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls._listen(PriceListener)
        attribute = cls.env["product.attribute"].create(
            {
                "name": "Size",
                "value_ids": [Command.create({"name": n}) for n in ("S", "M")],
            }
        )
        cls.attribute_line = {
            "attribute_id": attribute.id,
            "value_ids": [Command.set(attribute.value_ids.ids)],
        }
        cls.shirt = cls.env["product.template"].create(
            {
                "name": "Shirt",
                "list_price": 20,
                "attribute_line_ids": [Command.create(cls.attribute_line)],
            }
        )
        cls.small, cls.medium = cls.shirt.product_variant_ids

    def assertHeard(self, *products: Any) -> None:
        ids = sorted(product.id for product in self.heard)
        self.assertEqual(ids, sorted(product.id for product in products))

    def test_template_write_tells_each_variant_once(self) -> None:
        self.shirt.list_price = 21
        self.assertHeard(self.small, self.medium)

    def test_variant_price_reaches_the_others_once(self) -> None:
        self.small.list_price = 22
        self.assertHeard(self.small, self.medium)

    def test_sales_price_of_variant_tells_each_variant_once(self) -> None:
        self.small.lst_price = 23
        self.assertHeard(self.small, self.medium)

    def test_cost_of_variant_tells_that_variant(self) -> None:
        self.small.standard_price = 4
        self.assertHeard(self.small)

    def test_cost_of_template_with_one_variant_is_told_once(self) -> None:
        self.mug.product_tmpl_id.standard_price = 4
        self.assertHeard(self.mug)

    def test_other_fields_tell_nothing(self) -> None:
        self.shirt.description_sale = "Of cotton"
        self.small.default_code = "S"
        self.assertHeard()

    def test_new_template_tells_its_variants_once(self) -> None:
        coat = self.env["product.template"].create(
            {
                "name": "Coat",
                "list_price": 90,
                "standard_price": 40,
                "attribute_line_ids": [Command.create(self.attribute_line)],
            }
        )
        self.assertHeard(*coat.product_variant_ids)

    def test_new_template_without_price_tells_nothing(self) -> None:
        self.env["product.template"].create({"name": "Coat"})
        self.assertHeard()

    def test_new_product_tells_its_price_once(self) -> None:
        values = {"name": "Cap", "list_price": 9, "standard_price": 3}
        cap = self.env["product.product"].create(values)
        self.assertHeard(cap)

    def test_extra_price_of_a_value_tells_its_variants(self) -> None:
        value = self.small.product_template_attribute_value_ids
        value.price_extra = 2
        self.assertHeard(self.small)
