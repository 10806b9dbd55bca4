# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from odoo.fields import Command

from odoo.addons.component.core import Component

from ..core import ShopAttribute
from ..models.creation_guard import guard_creation

if TYPE_CHECKING:
    from odoo.models import BaseModel

    from odoo.addons.component.core import WorkContext
    from odoo.addons.product.models.product_attribute import ProductAttribute
    from odoo.addons.product.models.product_attribute_value import (
        ProductAttributeValue,
    )


class ProductOptions(Component):
    """Options of the shop as attributes of Odoo, matched by their names.

    Many shops have a group of options for each product; Odoo's attributes are shared by
    all. Variants are made one by one, for the combinations that the shop sells.
    """

    _name = "ecommerce.product.options"
    _inherit = "base.connector"
    _usage = "product.options"

    def __init__(self, work_context: WorkContext) -> None:
        super().__init__(work_context)
        self._known: dict[str, ProductAttribute] = {}

    def prefetch(self, attributes: Iterable[ShopAttribute]) -> None:
        """Find the attributes of many products by one query."""
        names = list({attribute.name for attribute in attributes})
        found = self.env["product.attribute"].search([("name", "in", names)])
        # the first one of a name, as when it is searched alone
        self._known = {record.name: record for record in reversed(found)}

    def values(self, attribute: ShopAttribute) -> ProductAttributeValue:
        """Return the values of an attribute in Odoo, created where missing.

        Raises RetryableJobError when another transaction creates the same.
        """
        record = self._known.get(attribute.name) or self._get_or_create(
            "product.attribute", attribute.name, create_variant="dynamic"
        )
        known = {value.name: value for value in record.value_ids}
        values = self.env["product.attribute.value"]
        for name in attribute.values:
            values |= known.get(name) or self._get_or_create(
                values._name, name, attribute_id=record.id
            )
        return values

    def lines(
        self, attributes: Iterable[ShopAttribute], product: BaseModel
    ) -> list[Any]:
        """Return the commands for the attribute lines and values `product` lacks.

        `product` is a template, or its binding. Values that the shop gave up are kept:
        variants that were sold have them.
        """
        commands = []
        for attribute in attributes:
            values = self.once(self.values, attribute)
            line = product.attribute_line_ids.filtered(
                lambda line, values=values: line.attribute_id == values.attribute_id
            )[:1]
            missing = values - line.value_ids
            if not missing:
                continue
            links = {"value_ids": [Command.link(value.id) for value in missing]}
            if line:
                commands.append(Command.update(line.id, links))
            else:
                links["attribute_id"] = values.attribute_id.id
                commands.append(Command.create(links))
        return commands

    def _get_or_create(self, model: str, name: str, **values: Any) -> Any:
        domain = [("name", "=", name)]
        if "attribute_id" in values:
            domain.append(("attribute_id", "=", values["attribute_id"]))
        record = self.env[model].search(domain, limit=1)
        if not record:
            guard_creation(record, str(domain), domain)
            record = record.create({"name": name, **values})
        return record
