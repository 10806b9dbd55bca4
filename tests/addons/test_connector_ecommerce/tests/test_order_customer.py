# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from dataclasses import replace
from typing import Any

from odoo.tests import tagged

from odoo.addons.connector_ecommerce.core import ShopAddress, ShopCustomer
from odoo.addons.connector_ecommerce.tests.shop_orders import GUEST, PARIS

from .common import MemoryShopCase


@tagged("post_install", "-at_install")
class TestOrderCustomer(MemoryShopCase):
    def _partner(self, **values: Any) -> Any:
        return self.env["res.partner"].create({"name": "Ada Byron", **values})

    def test_registered_customer_is_imported_first(self) -> None:
        self.shop.customers["c1"] = {"name": "Ada", "email": "ada@shop.example"}
        customer = ShopCustomer(name="Ada", external_id="c1")
        sale = self._import(customer=customer)
        bound = self._find("c1", model="test.shop.res.partner")
        self.assertEqual(sale.partner_id, bound.odoo_id)

    def test_guest_is_created_with_his_address(self) -> None:
        sale = self._import(customer=replace(GUEST, phone="+33 1 00 00 00 00"))
        partner = sale.partner_id
        self.assertEqual(partner.email, "ada@shop.example")
        self.assertEqual(partner.street, "1 rue de la Paix")
        self.assertEqual(sale.partner_invoice_id, partner)
        self.assertEqual(sale.partner_shipping_id, partner)
        self.assertFalse(partner.company_id)

    def test_guest_is_recognized_by_his_email(self) -> None:
        known = self._partner(email="Ada <ADA@shop.example>")
        self.assertEqual(self._import().partner_id, known)

    def test_ambiguous_email_decides_nothing(self) -> None:
        two = self._partner(email=GUEST.email) | self._partner(email=GUEST.email)
        self.assertNotIn(self._import().partner_id, two)

    def test_matching_can_be_turned_off(self) -> None:
        known = self._partner(email=GUEST.email)
        self.backend.match_customers = False
        self.assertNotEqual(self._import().partner_id, known)

    def test_vat_comes_before_the_email(self) -> None:
        company = self._partner(name="Byron Ltd", vat="FR23334175221")
        self._partner(email=GUEST.email)
        customer = replace(GUEST, vat="FR23334175221")
        partner = self._import("1", customer=customer).partner_id
        self.assertEqual(partner.parent_id, company)
        self.assertEqual(partner.name, "Ada Byron")
        again = self._import("2", customer=customer)
        self.assertEqual(again.partner_id, partner)
        self.assertEqual(again.partner_id.commercial_partner_id, company)

    def test_company_that_orders_by_itself(self) -> None:
        company = self._partner(name="Byron Ltd", vat="FR23334175221")
        customer = ShopCustomer(
            name="BYRON LTD", email="office@byron.example", vat="FR23 334 175 221"
        )
        self.assertEqual(self._import(customer=customer).partner_id, company)

    def test_company_and_contact_are_created(self) -> None:
        invoice = replace(PARIS, company="Byron Ltd", vat="FR23334175221")
        sale = self._import("1", invoice_address=invoice)
        partner, company = sale.partner_id, sale.partner_id.parent_id
        self.assertTrue(company.is_company)
        self.assertEqual((company.name, company.vat), ("Byron Ltd", "FR23334175221"))
        self.assertEqual(company.street, "1 rue de la Paix")
        self.assertEqual((partner.name, partner.email), ("Ada Byron", GUEST.email))
        self.assertEqual(sale.partner_invoice_id.commercial_partner_id, company)
        colleague = replace(GUEST, name="Mary", email="mary@byron.example")
        other = self._import("2", invoice_address=invoice, customer=colleague)
        self.assertEqual(other.partner_id.parent_id, company)
        self.assertNotEqual(other.partner_id, partner)

    def test_invoice_and_delivery_of_a_company(self) -> None:
        """Each address is a contact of the company, found again by its content."""
        lyon = replace(PARIS, name="Warehouse", city="Lyon", zip="69001")
        accounts = replace(
            PARIS, name="Accounts", company="Byron Ltd", vat="FR23334175221"
        )
        first = self._import("1", invoice_address=accounts, shipping_address=lyon)
        second = self._import("2", invoice_address=accounts, shipping_address=lyon)
        self.assertEqual(first.partner_shipping_id.city, "Lyon")
        for name in ("partner_id", "partner_invoice_id", "partner_shipping_id"):
            self.assertEqual(first[name], second[name])
            self.assertEqual(
                first[name].commercial_partner_id, first.partner_id.parent_id
            )

    def test_wrong_vat_does_not_stop_the_order(self) -> None:
        customer = replace(GUEST, vat="FR00000000000", company="Byron Ltd")
        partner = self._import(customer=customer).partner_id
        self.assertFalse(partner.vat)
        self.assertEqual(partner.company_name, "Byron Ltd")

    def test_customers_of_one_company(self) -> None:
        self.backend.share_customers = False
        self.assertEqual(self._import().partner_id.company_id, self.env.company)

    def test_other_delivery_address_is_a_contact_found_again(self) -> None:
        london = ShopAddress(
            name="Ada Byron",
            street="12 St James's Sq.",
            city="London",
            zip="SW1Y",
            country_code="GB",
        )
        first = self._import("1", shipping_address=london)
        delivery = first.partner_shipping_id
        self.assertEqual(delivery.type, "delivery")
        self.assertEqual(delivery.parent_id, first.partner_id)
        self.assertEqual(first.partner_invoice_id, first.partner_id)
        shouted = replace(london, street="12  ST JAMES'S SQ.", city="LONDON")
        again = self._import("2", shipping_address=shouted)
        self.assertEqual(again.partner_shipping_id, delivery)
        other = self._import("3", shipping_address=replace(london, zip="W1"))
        self.assertNotEqual(other.partner_shipping_id, delivery)

    def test_order_without_address_uses_the_customer(self) -> None:
        nowhere = ShopAddress()
        sale = self._import(invoice_address=nowhere, shipping_address=nowhere)
        self.assertEqual(sale.partner_shipping_id, sale.partner_id)

    def test_state_and_unknown_country(self) -> None:
        california = ShopAddress(
            name="Ada",
            street="1 Main St",
            city="LA",
            zip="90001",
            country_code="us",
            state_code="ca",
        )
        sale = self._import("1", invoice_address=california)
        self.assertEqual(sale.partner_id.state_id.code, "CA")
        unknown = replace(PARIS, country_code="XX")
        customer = replace(GUEST, email="bob@shop.example")
        sale = self._import("2", customer=customer, invoice_address=unknown)
        self.assertFalse(sale.partner_id.country_id)
