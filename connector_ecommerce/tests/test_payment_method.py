# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestPaymentMethod(TransactionCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.model = cls.env["account.payment.method.line"]

    def test_missing_method_is_created_on_the_bank(self) -> None:
        method = self.model.get_or_create_payment_method("Card of the shop")
        self.assertEqual(method.name, "Card of the shop")
        self.assertEqual(method.journal_id.type, "bank")
        self.assertEqual(method.payment_type, "inbound")
        self.assertEqual(method.import_rule, "always")
        self.assertEqual(method.days_before_cancel, 30)

    def test_name_is_found_whatever_its_case(self) -> None:
        method = self.model.get_or_create_payment_method("Card of the shop")
        again = self.model.get_or_create_payment_method("CARD OF THE SHOP")
        self.assertEqual(again, method)

    def test_wildcards_are_letters(self) -> None:
        self.model.get_or_create_payment_method("payXpal")
        method = self.model.get_or_create_payment_method("pay_pal")
        self.assertEqual(method.name, "pay_pal")
        percent = self.model.get_or_create_payment_method("%")
        self.assertEqual(percent.name, "%")

    def test_salesperson_may_import_a_new_method(self) -> None:
        user = new_test_user(
            self.env, "shop_seller", groups="sales_team.group_sale_manager"
        )
        model = self.model.with_user(user)
        method = model.get_or_create_payment_method("Brand new")
        self.assertFalse(method.env.su)
        self.assertEqual(method.name, "Brand new")

    def test_company_without_journal_is_told(self) -> None:
        company = self.env["res.company"].create({"name": "No bank"})
        model = self.model.with_company(company)
        with self.assertRaisesRegex(UserError, "No bank"):
            model.get_or_create_payment_method("Card")
