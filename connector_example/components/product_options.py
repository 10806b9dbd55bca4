# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo import models

from odoo.addons.component.core import Component

GROUP = "id name options { id name }"


class OptionGroupAdapter(Component):
    _name = "vendure.product.attribute.adapter"
    _inherit = "vendure.adapter"
    _apply_on = "product.attribute"

    _object = "ProductOptionGroup"


class OptionExporter(Component):
    """The options that a variant needs in the shop, made there where missing."""

    _name = "vendure.product.option.exporter"
    _inherit = ["base.exporter", "vendure.base"]
    _apply_on = "product.attribute"
    _usage = "option.exporter"

    def run(self, product_id: str, product: models.BaseModel) -> list[str]:
        """Return the ids of the options of a variant in the shop.

        The code of a group tells it apart: the one that a worker made, before it died
        and could give it to the product, is found again.
        """
        ids = []
        for value in product.product_template_attribute_value_ids:
            group = self._shop_group(product_id, value.attribute_line_id)
            options = {option["name"]: option["id"] for option in group["options"]}
            ids.append(options.get(value.name) or self._create_option(group, value))
        return ids

    def _shop_group(self, product_id: str, line: models.BaseModel) -> dict[str, Any]:
        products = self.component(
            usage="backend.adapter", model_name="vendure.product.template"
        )
        fields = f"id optionGroups {{ {GROUP} }}"
        (product,) = products.search_read(fields, {"id": {"eq": product_id}})
        name = line.attribute_id.name
        for group in product["optionGroups"]:
            if group["name"] == name:
                return group
        code = f"odoo-{line.id}"
        found = self.backend_adapter.search_read(GROUP, {"code": {"eq": code}})
        values = {"code": code, **self._translations(name=name)}
        group = (
            found[0]
            if found
            else self.backend_adapter.execute("createProductOptionGroup", input=values)
        )
        ids = {"productId": product_id, "optionGroupId": group["id"]}
        self.backend_adapter.execute("addOptionGroupToProduct", **ids)
        return group

    def _create_option(self, group: dict[str, Any], value: models.BaseModel) -> str:
        values = {"productOptionGroupId": group["id"], "code": f"odoo-{value.id}"}
        values |= self._translations(name=value.name)
        return self.backend_adapter.execute("createProductOption", input=values)["id"]
