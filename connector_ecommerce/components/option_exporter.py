# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo.addons.component.core import AbstractComponent

if TYPE_CHECKING:
    from odoo.addons.product.models.product_product import ProductProduct
    from odoo.addons.product.models.product_template_attribute_line import (
        ProductTemplateAttributeLine,
    )

    #: ``{"id": "3", "name": "Size", "options": [{"id": "7", "name": "XL"}]}``
    Group = dict[str, Any]


class OptionExporter(AbstractComponent):
    """The options that a variant needs in the shop, made there where missing.

    For shops that have a group of options for each attribute of a product. The code of
    a group tells it apart: one that a worker made, before it died and could give it to
    the product, is found again.
    """

    _name = "ecommerce.option.exporter"
    _inherit = "base.exporter"
    _usage = "option.exporter"

    def run(self, product_id: str, variant: ProductProduct) -> list[str]:
        """Return the ids of the options of a variant, in the shop's product."""
        ids = []
        for value in variant.product_template_attribute_value_ids:
            group = self._group(product_id, value.attribute_line_id)
            options = {option["name"]: option["id"] for option in group["options"]}
            known = options.get(value.name)
            ids.append(
                known or self._create_option(group, f"odoo-{value.id}", value.name)
            )
        return ids

    def _group(self, product_id: str, line: ProductTemplateAttributeLine) -> Group:
        name = line.attribute_id.name
        for group in self._product_groups(product_id):
            if group["name"] == name:
                return group
        code = f"odoo-{line.id}"
        group = self._find_group(code) or self._create_group(code, name)
        self._add_group(product_id, group)
        return group

    # What a connector writes

    def _product_groups(self, product_id: str) -> list[Group]:
        """Return the groups of options of a product."""
        raise self._to_be_written("_product_groups(product_id)")

    def _find_group(self, code: str) -> Group | None:
        """Return the group with this code, None without one."""
        raise self._to_be_written("_find_group(code)")

    def _create_group(self, code: str, name: str) -> Group:
        """Create a group without options, and return it."""
        raise self._to_be_written("_create_group(code, name)")

    def _add_group(self, product_id: str, group: Group) -> None:
        """Give a group to a product."""
        raise self._to_be_written("_add_group(product_id, group)")

    def _create_option(self, group: Group, code: str, name: str) -> str:
        """Create an option of a group, and return its id."""
        raise self._to_be_written("_create_option(group, code, name)")

    def _to_be_written(self, method: str) -> NotImplementedError:
        return NotImplementedError(f"{self._name}: write {method}")
