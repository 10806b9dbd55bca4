# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo.tests import new_test_user, tagged

from odoo.addons.connector_ecommerce.core import LineKind

from .common import MemoryShopCase


@tagged("post_install", "-at_install")
class TestOrderAccess(MemoryShopCase):
    """The jobs of a connector manager, in a company or another."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.other = cls.env["res.company"].create(
            {"name": "Other", "country_id": cls.env.company.country_id.id}
        )
        template = cls.env["account.chart.template"]
        template.try_loading("generic_coa", company=cls.other, install_demo=False)
        cls.manager = new_test_user(
            cls.env,
            "shop_manager",
            groups="connector.group_connector_manager",
            company_ids=[(6, 0, (cls.env.company | cls.other).ids)],
        )

    def test_manager_imports_and_confirms(self) -> None:
        self._place("1")
        model = self.env["test.shop.sale.order"].with_user(self.manager)
        model.import_record(self.backend.with_user(self.manager), "1")
        sale = self._find("1").odoo_id
        self.assertEqual(sale.state, "sale")
        self.assertEqual(sale.create_uid, self.manager)

    def test_workflow_posts_the_invoice_of_a_manager(self) -> None:
        self.backend.workflow_id = self.env.ref(
            "connector_ecommerce.workflow_confirm_invoice"
        )
        self.backend.create_missing_taxes = True
        self._place("1", lines=[self._mug(tax_rate=5, total_included=1050)])
        model = self.env["test.shop.sale.order"].with_user(self.manager)
        model.import_record(self.backend.with_user(self.manager), "1")
        invoice = self._find("1").odoo_id.invoice_ids
        self.assertEqual(invoice.state, "posted")
        self.assertEqual(invoice.amount_tax, 0.5)

    def test_order_belongs_to_the_company_of_the_backend(self) -> None:
        self.backend.write(
            {
                "company_id": self.other.id,
                "share_customers": False,
                "create_missing_taxes": True,
                "workflow_id": self.env.ref(
                    "connector_ecommerce.workflow_confirm_invoice"
                ).id,
            }
        )
        shipping = {
            "kind": LineKind.SHIPPING,
            "name": "Post",
            "total_excluded": 500,
            "total_included": 600,
        }
        self._place(
            "1",
            lines=[self._mug(), shipping],
            currency=self.other.currency_id.name,
        )
        model = self.env["test.shop.sale.order"].with_user(self.manager)
        model.import_record(self.backend.with_user(self.manager), "1")
        sale = self._find("1").odoo_id
        self.assertEqual(sale.company_id, self.other)
        self.assertEqual(sale.warehouse_id.company_id, self.other)
        self.assertEqual(sale.partner_id.company_id, self.other)
        self.assertEqual(sale.order_line.tax_ids.company_id, self.other)
        self.assertEqual(sale.picking_ids.company_id, self.other)
        self.assertEqual(sale.invoice_ids.company_id, self.other)
        self.assertEqual(sale.invoice_ids.state, "posted")
        self.assertEqual((sale.amount_tax, sale.amount_total), (3, 18))
