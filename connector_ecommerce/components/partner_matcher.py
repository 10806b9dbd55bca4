# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from odoo.fields import Domain
from odoo.tools import email_normalize

from odoo.addons.component.core import Component

from ..core import ShopAddress, ShopCustomer, ShopOrder
from ..models.creation_guard import guard_creation

if TYPE_CHECKING:
    from odoo.addons.base.models.res_partner import ResPartner

#: What makes two addresses the same place for the same person
ADDRESS_FIELDS = ("name", "street", "street2", "zip", "city", "country_id", "state_id")


class PartnerMatcher(Component):
    """Find, or create, the partners of an order. A backend may have its own."""

    _name = "ecommerce.partner.matcher"
    _inherit = "base.connector"
    _usage = "partner.matcher"

    def find_existing(self, customer: ShopCustomer) -> ResPartner:
        """Return the partner that surely is this customer, empty when in doubt.

        Within the company of his VAT number, else by e-mail; a key that several
        partners have decides nothing. To be used by the importers of customers too, so
        that a customer known before the shop was connected is bound and not duplicated.
        """
        company = self.find_company(customer)
        if company:
            return self._person_of(company, customer)
        email = email_normalize(customer.email)
        if not email:
            return company
        persons = self._usable() & Domain("type", "=", "contact")
        same = persons & Domain("email_normalized", "=", email)
        return self._only(same)

    def find_company(self, customer: ShopCustomer) -> ResPartner:
        """Return the company, or person, of the customer's VAT number, if any."""
        if not customer.vat:
            return self.env["res.partner"].browse()
        top = self._usable() & Domain("parent_id", "=", False)
        return self._only(top & Domain("vat", "=", customer.vat))

    def _person_of(self, company: ResPartner, customer: ShopCustomer) -> ResPartner:
        """Return who orders for a company: the company itself, or its contact."""
        email = email_normalize(customer.email)
        if not email or company.email_normalized == email:
            return company
        if _fold(customer.name) in ("", _fold(company.name)):
            return company
        return company.child_ids.filtered(
            lambda contact: (
                contact.type == "contact" and contact.email_normalized == email
            )
        )[:1]

    def _usable(self) -> Domain:
        model = self.env["res.partner"]
        return Domain(model._check_company_domain(self.backend_record.company_id))

    def _only(self, domain: Domain) -> ResPartner:
        found = self.env["res.partner"].search(domain, limit=2)
        return found if len(found) == 1 else found.browse()

    def customer(self, order: ShopOrder, bound: ResPartner | None = None) -> ResPartner:
        """Return the customer of the order: the bound one, a match, or a new one.

        A company with a valid VAT number is a partner, who orders for it its contact.
        """
        if bound:
            return bound
        customer = self._with_invoice_address(order)
        found = self.env["res.partner"].browse()
        if self.backend_record.match_customers:
            found = self.find_existing(customer)
        return found or self._create_customer(customer, order)

    def _with_invoice_address(self, order: ShopOrder) -> ShopCustomer:
        """Take company and VAT number from the invoice address, where many shops ask
        for them.
        """
        customer, address = order.customer, order.invoice_address
        vat = (customer.vat or address.vat).replace(" ", "").upper()
        return replace(customer, vat=vat, company=customer.company or address.company)

    def address(
        self, customer: ResPartner, address: ShopAddress, address_type: str
    ) -> ResPartner:
        """Return the partner of this address below `customer`.

        `address_type` is "invoice" or "delivery". The customer himself when it is his
        own address or the shop gives none; else the contact with the same content,
        which is created when there is none.
        """
        if address.is_empty():
            return customer
        values = self._address_values(address)
        values["name"] = values["name"] or customer.name
        if self._same_address(customer, values):
            return customer
        owner = customer.commercial_partner_id
        contacts = (customer.child_ids | owner.child_ids).filtered("active")
        same = contacts.filtered(lambda c: self._same_address(c, values))
        # a contact of the asked type first: it is the one that the user keeps
        same = same.sorted(lambda c: c.type != address_type)
        if same:
            return same[0]
        return self._create_contact(customer, address_type, values)

    def _create_contact(
        self, customer: ResPartner, address_type: str, values: dict[str, Any]
    ) -> ResPartner:
        model = self.env["res.partner"]
        guard_creation(model, f"{customer.id}", [("parent_id", "=", customer.id)])
        return model.create({**values, "type": address_type, "parent_id": customer.id})

    def _create_customer(self, customer: ShopCustomer, order: ShopOrder) -> ResPartner:
        matched = self.backend_record.match_customers
        email = email_normalize(customer.email)
        if email and matched:
            same = [("email_normalized", "=", email)]
            guard_creation(self.env["res.partner"], email, same)
        place = self._place_values(order)
        company = self.find_company(customer) if matched else None
        if not company and customer.company and self._is_valid_vat(customer.vat):
            company = self._create_company(customer, place)
        if company and _fold(customer.name) in ("", _fold(company.name)):
            return company
        values = self._customer_values(customer)
        if company:
            # the address and the VAT number are those of the company
            values.update(parent_id=company.id, company_name=False, vat=False)
        else:
            values = {**place, **{k: v for k, v in values.items() if v}}
        return self.env["res.partner"].create(values)

    def _create_company(
        self, customer: ShopCustomer, place: dict[str, Any]
    ) -> ResPartner:
        model = self.env["res.partner"]
        if self.backend_record.match_customers:
            guard_creation(model, customer.vat, [("vat", "=", customer.vat)])
        return model.create(
            {
                **place,
                "name": customer.company,
                "company_name": False,
                "is_company": True,
                "vat": customer.vat,
                "company_id": self.backend_record.partner_company_id.id,
            }
        )

    def _place_values(self, order: ShopOrder) -> dict[str, Any]:
        """Return where the customer is: the invoice address, else the delivery's."""
        address = order.invoice_address
        if address.is_empty():
            address = order.shipping_address
        return {} if address.is_empty() else self._address_values(address)

    def _customer_values(self, customer: ShopCustomer) -> dict[str, Any]:
        values = {
            "name": customer.name or customer.email or self.env._("Guest"),
            "email": customer.email or False,
            "phone": customer.phone or False,
            "type": "contact",
            "company_id": self.backend_record.partner_company_id.id,
            # what a consumer fills in with anything is a text, not a partner
            "company_name": customer.company or False,
        }
        if self._is_valid_vat(customer.vat):
            values["vat"] = customer.vat
        if customer.lang and self.env["res.lang"]._get_data(code=customer.lang):
            values["lang"] = customer.lang
        return values

    def _is_valid_vat(self, vat: str) -> bool:
        """Return whether a VAT number, with its country's prefix, may be stored.

        One that its country's rules refuse would make the whole order fail.
        """
        if not vat:
            return False
        from stdnum.util import get_cc_module

        rules = get_cc_module(vat[:2].lower(), "vat")
        return rules is None or rules.is_valid(vat)

    def _address_values(self, address: ShopAddress) -> dict[str, Any]:
        country = self.once(self.country, address.country_code)
        return {
            "name": address.name or address.company or False,
            "company_name": address.company or False,
            "street": address.street or False,
            "street2": address.street2 or False,
            "zip": address.zip or False,
            "city": address.city or False,
            "country_id": country.id,
            "state_id": self.state_id(country, address.state_code),
            "phone": address.phone or False,
            "email": address.email or False,
        }

    def country(self, code: str | None) -> Any:
        """Return the country with this code (ISO 3166 alpha-2), empty without one."""
        model = self.env["res.country"]
        return model.search([("code", "=", code.upper())], limit=1) if code else model

    def state_id(self, country: Any, code: str | None) -> int | bool:
        """Return the id of a state or province of a country, by its code."""
        if not country or not code:
            return False
        states = country.state_ids.filtered(lambda s: s.code == code.upper())
        return states[:1].id

    def _same_address(self, partner: ResPartner, values: dict[str, Any]) -> bool:
        return all(
            _fold(partner[name]) == _fold(values[name]) for name in ADDRESS_FIELDS
        )


def _fold(value: Any) -> str:
    """Compare what people type: no case, no runs of spaces; records by their id."""
    if hasattr(value, "_name"):
        value = value.id
    return " ".join(str(value or "").split()).casefold()
