# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from odoo.addons.component.core import Component
from odoo.addons.connector.components.synchronizer.version import parse_datetime


class CustomerAdapter(Component):
    _name = "vendure.res.partner.adapter"
    _inherit = "vendure.adapter"
    _apply_on = "vendure.res.partner"

    def search_changes(
        self, since: str | None, filters: Any = None
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
    _inherit = ["ecommerce.customer.mapper", "vendure.base"]
    _apply_on = "vendure.res.partner"

    children = [("addresses", "address_ids", "vendure.address")]


class CustomerImporter(Component):
    _name = "vendure.res.partner.importer"
    _inherit = ["vendure.importer", "ecommerce.customer.importer"]
    _apply_on = "vendure.res.partner"


class AddressMapper(Component):
    _name = "vendure.address.mapper"
    _inherit = ["ecommerce.address.mapper", "vendure.base"]
    _apply_on = "vendure.address"

    def _country_code(self, record: dict[str, Any]) -> str:
        return record["country"]["code"]


class AddressMapChild(Component):
    _name = "vendure.address.map.child.import"
    _inherit = ["ecommerce.address.map.child", "vendure.base"]
    _apply_on = "vendure.address"
