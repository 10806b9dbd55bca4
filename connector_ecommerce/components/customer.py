# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Customers of a shop and their books of addresses, under their neutral names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo.addons.component.core import AbstractComponent
from odoo.addons.connector.components.mapper import mapping, none, only_create

from ..core import ShopCustomer, neutral

if TYPE_CHECKING:
    from odoo.models import BaseModel

    Record = dict[str, Any]


class CustomerMapper(AbstractComponent):
    """Map the names of `ShopCustomer`; a connector adds the children and the rest."""

    _name = "ecommerce.customer.mapper"
    _inherit = "base.import.mapper"

    direct = [("email", "email"), (none("phone"), "phone")]

    @mapping
    def name(self, record: Record) -> Record:
        """Return the whole name, or what there is instead."""
        customer = neutral(ShopCustomer, record)
        return {"name": customer.name or customer.email or self.env._("Guest")}

    @only_create
    @mapping
    def company(self, record: Record) -> Record:
        """Share the customer among the companies, or not: people may change it."""
        return {"company_id": self.backend_record.partner_company_id.id}


class CustomerImporter(AbstractComponent):
    """Import a customer; one who is known already is bound, not duplicated."""

    _name = "ecommerce.customer.importer"
    _inherit = "generic.importer"

    def _find_existing(self, data: Record) -> BaseModel | None:
        if not self.backend_record.match_customers:
            return None
        customer = neutral(ShopCustomer, self.external_record)
        found = self.component(usage="partner.matcher").find_existing(customer)
        return None if self.binder.to_external(found, wrap=True) else found


class AddressMapper(AbstractComponent):
    """Map the names of `ShopAddress` to a contact."""

    _name = "ecommerce.address.mapper"
    _inherit = "base.import.mapper"

    direct = [
        ("external_id", "external_id"),
        ("name", "name"),
        ("company", "company_name"),
        ("street", "street"),
        ("street2", "street2"),
        ("zip", "zip"),
        ("city", "city"),
        ("phone", "phone"),
    ]

    @mapping
    def place(self, record: Record) -> Record:
        """Return country and state, by their codes."""
        matcher = self.component(usage="partner.matcher")
        country = matcher.country(self._country_code(record))
        state = matcher.state_id(country, record.get("state_code"))
        return {"country_id": country.id, "state_id": state}

    def _country_code(self, record: Record) -> str:
        """Return the code of the country, which the shop may give as an object."""
        country = record.get("country") or {}
        return record.get("country_code") or country.get("code") or ""

    @mapping
    def usual(self, record: Record) -> Record:
        """Return what the address is for, by the marks `is_invoice`, `is_delivery`."""
        if record.get("is_invoice"):
            return {"type": "invoice"}
        return {"type": "delivery" if record.get("is_delivery") else "other"}


class AddressMapChild(AbstractComponent):
    """Keep the address book of a customer the same as the shop's."""

    _name = "ecommerce.address.map.child"
    _inherit = "base.map.child.import.sync"
    _missing_lines = "keep"  # orders may still name them
