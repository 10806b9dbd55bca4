# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestTaxFromRate(TransactionCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.excluded = cls._tax("Excluded", 19.6)
        cls.included = cls._tax("Included", 19.6, price_include="tax_included")

    @classmethod
    def _tax(
        cls, name: str, amount: float, price_include: str = "tax_excluded", **kw: Any
    ) -> Any:
        values = {
            "name": name,
            "amount": amount,
            "price_include_override": price_include,
            "type_tax_use": "sale",
        }
        return cls.env["account.tax"].create({**values, **kw})

    def _find(self, rate: float, included: bool = False) -> Any:
        return self.env["account.tax"].get_tax_from_rate(rate, is_tax_included=included)

    def test_inclusion_decides(self) -> None:
        self.assertEqual(self._find(19.6), self.excluded)
        self.assertEqual(self._find(19.6, included=True), self.included)

    def test_rounded_rate_is_found(self) -> None:
        self.assertEqual(self._find(19.609), self.excluded)
        self.assertFalse(self._find(19.62))

    def test_nearest_rate_comes_first(self) -> None:
        self._tax("Almost", 19.609)
        self.assertEqual(self._find(19.6), self.excluded)

    def test_purchase_and_fixed_taxes_are_left_out(self) -> None:
        self._tax("Purchase", 7.7, type_tax_use="purchase")
        self._tax("Fixed", 7.7, amount_type="fixed")
        self.assertFalse(self._find(7.7))

    def test_taxes_of_another_company_are_left_out(self) -> None:
        other = self.env["res.company"].create(
            {"name": "Other", "country_id": self.env.ref("base.be").id}
        )
        group = self.env["account.tax.group"].create(
            {"name": "Other", "company_id": other.id}
        )
        self._tax("Other", 8.8, company_id=other.id, tax_group_id=group.id)
        self.assertFalse(self._find(8.8))

    def test_tax_group_of_product_is_that_of_its_last_tax(self) -> None:
        group = self.env["account.tax.group"].create({"name": "Reduced"})
        reduced = self._tax("Reduced", 5.5, sequence=99, tax_group_id=group.id)
        template = self.env["product.template"].create(
            {"name": "Book", "taxes_id": [(6, 0, (self.excluded | reduced).ids)]}
        )
        self.assertEqual(template.tax_group_id, group)
        template.taxes_id = False
        self.assertFalse(template.tax_group_id)
