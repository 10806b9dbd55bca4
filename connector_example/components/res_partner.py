# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from odoo import models

from odoo.addons.component.core import Component
from odoo.addons.connector.components.mapper import mapping, none, only_create
from odoo.addons.connector.components.synchronizer.version import parse_datetime
from odoo.addons.connector_ecommerce.core import ShopCustomer


class CustomerAdapter(Component):
    _name = "vendure.res.partner.adapter"
    _inherit = "vendure.adapter"
    _apply_on = "vendure.res.partner"

    _object = "Customer"

    def search_changes(
        self, since: str | None, filters: dict[str, Any] | None = None
    ) -> Iterator[tuple[str, str]]:
        """Yield the customers that changed, or whose addresses did.

        The date of change of a customer does not move with its addresses, which the
        shop cannot search: all the dates are read, and compared here.
        """
        fields = "id updatedAt addresses { updatedAt }"
        for row in self.search_read(fields, filters):
            dates = [address["updatedAt"] for address in row["addresses"]]
            changed_at = max([row["updatedAt"], *dates])
            if not since or parse_datetime(changed_at) > parse_datetime(since):
                yield row["id"], changed_at


class CustomerMapper(Component):
    _name = "vendure.res.partner.mapper"
    _inherit = "vendure.import.mapper"
    _apply_on = "vendure.res.partner"

    direct = [("emailAddress", "email"), (none("phoneNumber"), "phone")]
    children = [("addresses", "address_ids", "vendure.address")]

    @mapping
    def name(self, record: dict[str, Any]) -> dict[str, str]:
        return {"name": f"{record['firstName']} {record['lastName']}".strip()}

    @only_create
    @mapping
    def company(self, record: dict[str, Any]) -> dict[str, Any]:
        return {"company_id": self.backend_record.partner_company_id.id}


class CustomerImporter(Component):
    _name = "vendure.res.partner.importer"
    _inherit = "vendure.importer"
    _apply_on = "vendure.res.partner"

    def _find_existing(self, data: dict[str, Any]) -> models.BaseModel | None:
        """Return who surely is this customer and is not bound to the shop yet."""
        if not self.backend_record.match_customers:
            return None
        customer = ShopCustomer(name=data["name"], email=data["email"])
        found = self.component(usage="partner.matcher").find_existing(customer)
        return None if self.binder.to_external(found, wrap=True) else found


class AddressMapper(Component):
    _name = "vendure.address.mapper"
    _inherit = "vendure.import.mapper"
    _apply_on = "vendure.address"

    direct = [
        ("id", "external_id"),
        ("fullName", "name"),
        ("company", "company_name"),
        ("streetLine1", "street"),
        ("streetLine2", "street2"),
        ("postalCode", "zip"),
        ("city", "city"),
        ("phoneNumber", "phone"),
    ]

    @mapping
    def country(self, record: dict[str, Any]) -> dict[str, int]:
        code = record["country"]["code"]
        country = self.env["res.country"].search([("code", "=", code)])
        return {"country_id": country.id}

    @mapping
    def type(self, record: dict[str, Any]) -> dict[str, str]:
        if record["defaultBillingAddress"]:
            return {"type": "invoice"}
        return {"type": "delivery" if record["defaultShippingAddress"] else "other"}


class AddressMapChild(Component):
    """Keep the address book of a customer the same as the shop's."""

    _name = "vendure.address.map.child.import"
    _inherit = ["base.map.child.import.sync", "vendure.base"]
    _apply_on = "vendure.address"
    _missing_lines = "keep"  # orders may still name them
