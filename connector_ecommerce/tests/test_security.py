# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestSecurity(TransactionCase):
    def test_groups_that_come_with_others(self) -> None:
        user = new_test_user(self.env, "plain_user", groups="base.group_user")
        manager = new_test_user(
            self.env, "a_manager", groups="connector.group_connector_manager"
        )
        expected = [
            (user, "sale.group_discount_per_so_line", True),
            (user, "account.group_delivery_invoice_address", True),
            (user, "sales_team.group_sale_manager", False),
            (manager, "sales_team.group_sale_manager", True),
            (manager, "product.group_product_manager", True),
            (manager, "account.group_account_manager", False),
        ]
        for who, group, has in expected:
            with self.subTest(f"{who.login} {group}"):
                self.assertEqual(who.has_group(group), has)

    def test_rights_on_the_models(self) -> None:
        rights = {
            "base.group_user": {"ecommerce.order.workflow": "r"},
            "sales_team.group_sale_salesman": {
                "ecommerce.order.workflow": "r",
                "sale.ignore.cancel": "rwcu",
            },
            "sales_team.group_sale_manager": {
                "ecommerce.order.workflow": "rwcu",
                "sale.blocking.rule": "rwcu",
                "sale.ignore.cancel": "rwcu",
            },
        }
        models = (
            "ecommerce.order.workflow",
            "sale.blocking.rule",
            "sale.ignore.cancel",
        )
        operations = {"r": "read", "w": "write", "c": "create", "u": "unlink"}
        for number, (group, allowed) in enumerate(rights.items()):
            user = new_test_user(self.env, f"rights_{number}", groups=group)
            for model in models:
                for letter, operation in operations.items():
                    with self.subTest(f"{group} {operation} {model}"):
                        may = letter in allowed.get(model, "")
                        records = self.env[model].with_user(user)
                        self.assertEqual(records.has_access(operation), may)

    def test_workflows_and_rules_of_another_company_are_hidden(self) -> None:
        other = self.env["res.company"].create({"name": "Other"})
        user = new_test_user(self.env, "here", groups="sales_team.group_sale_manager")
        for model in ("ecommerce.order.workflow", "sale.blocking.rule"):
            with self.subTest(model):
                record = self.env[model].create(
                    {"name": "There", "company_id": other.id}
                )
                found = record.with_user(user).search([("name", "=", "There")])
                self.assertFalse(found)
                with self.assertRaises(AccessError):
                    record.with_user(user).name = "Mine"
