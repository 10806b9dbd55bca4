# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from lxml import etree
from psycopg2.errors import UniqueViolation

from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common import MemoryShopCase


@tagged("post_install", "-at_install")
class TestBackendForm(MemoryShopCase):
    def _arch(self) -> etree._Element:
        return etree.fromstring(self.backend.get_view(view_type="form")["arch"])

    def test_form_that_nobody_wrote_has_the_pages_of_shops(self) -> None:
        arch = self._arch()
        pages = arch.xpath("//notebook[@name='ecommerce']/page/@name")
        self.assertIn("orders", pages)
        self.assertIn("carrier_mapping_ids", pages)
        # those of the backend itself, not of the lists in it
        fields = arch.xpath("//field[not(ancestor::list)]/@name")
        self.assertEqual(len(fields), len(set(fields)))

    def test_form_of_a_connector_gets_them_where_it_wants(self) -> None:
        self.env["ir.ui.view"].create(
            {
                "name": "shop",
                "model": self.backend._name,
                "arch": """
                    <form>
                        <field name="warehouse_id" />
                        <notebook name="ecommerce"><page string="Mine" /></notebook>
                    </form>
                """,
            }
        )
        arch = self._arch()
        pages = arch.xpath("//notebook/page/@string")
        self.assertEqual(pages[:2], ["Mine", "Orders"])
        self.assertEqual(len(arch.xpath("//field[@name='warehouse_id']")), 1)

    def test_tables_are_filled_on_the_form(self) -> None:
        carrier = self.env["delivery.carrier"].create(
            {
                "name": "Truck",
                "product_id": self.env["product.product"].create({"name": "T"}).id,
            }
        )
        manager = new_test_user(
            self.env, "manager", groups="connector.group_connector_manager"
        )
        with Form(self.backend.with_user(manager)) as form:
            with form.carrier_mapping_ids.new() as line:
                line.shop_code = "std_ship"
                line.target_id = carrier
        line = self.backend.carrier_mapping_ids
        self.assertEqual(line.backend_model, self.backend._name)
        self.assertEqual(line.company_id, self.backend.company_id)
        self.assertEqual(self.backend._carrier_of("STD_SHIP"), carrier)
        self.assertFalse(self.backend._carrier_of("stdXship"))

    def test_code_has_one_meaning_in_a_shop(self) -> None:
        warehouse = self.backend.warehouse_id
        line = (0, 0, {"shop_code": "A", "target_id": warehouse.id})
        self.backend.warehouse_mapping_ids = [line]
        other = self.backend.copy({"name": "Other"})
        other.warehouse_mapping_ids = [line]
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            with self.env.cr.savepoint():
                again = (0, 0, {"shop_code": "a", "target_id": warehouse.id})
                self.backend.warehouse_mapping_ids = [again]
                self.env.flush_all()
        other.unlink()
        lines = self.env["ecommerce.warehouse.mapping"].search([])
        self.assertEqual(lines.mapped("backend_id"), self.backend.ids)

    def test_codes_of_payments_and_places(self) -> None:
        other = self.env["stock.warehouse"].create({"name": "Other", "code": "OTH"})
        method = self.env["account.payment.method.line"].get_or_create_payment_method(
            "Bank card"
        )
        self.backend.write(
            {
                "warehouse_mapping_ids": [
                    (0, 0, {"shop_code": "loc2", "target_id": other.id})
                ],
                "payment_mapping_ids": [
                    (0, 0, {"shop_code": "stripe", "target_id": method.id})
                ],
            }
        )
        self.assertEqual(self.backend._payment_method_of("Stripe"), method)
        sale = self._import(warehouse_code="loc2")
        self.assertEqual(sale.warehouse_id, other)
        self.assertEqual(sale.picking_ids.picking_type_id.warehouse_id, other)

    def test_price_list_of_an_order(self) -> None:
        trade = self.env["product.pricelist"].create({"name": "Trade"})
        self.backend.pricelist_mapping_ids = [
            (0, 0, {"shop_code": "B2B", "target_id": trade.id})
        ]
        self.assertEqual(self._import(pricelist_code="b2b").pricelist_id, trade)
