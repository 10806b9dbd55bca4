# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo.addons.component.core import AbstractComponent
from odoo.addons.connector.components.backend_adapter import read_by_id

if TYPE_CHECKING:
    from odoo.models import BaseModel


class CategoryLister(AbstractComponent):
    """List a product in its categories, for shops whose categories name their products.

    `ecommerce.product.exporter` calls it after the product. A connector makes it
    concrete, with `_apply_on` the binding model of products, and writes `_listed()` and
    `_list_values()`.
    """

    _name = "ecommerce.category.lister"
    _inherit = "base.exporter"
    _usage = "category.lister"

    def run(self, binding: BaseModel) -> None:
        """List the product in its categories, and no more in the others.

        A category is read, changed and written as a whole: one product at a time. One
        that shows the product by a rule of its own is left alone.
        """
        categories = binding.category_ids.search(
            [
                ("backend_id", "=", self.backend_record.id),
                ("external_id", "!=", False),
            ]
        )
        self.component(usage="record.locker").lock(categories)
        adapter = self.adapter_for(categories)
        product_id = binding.external_id
        product = self.component(usage="record.importer").read_translated(product_id)
        wanted = set(binding.category_ids.mapped("external_id"))
        found = read_by_id(adapter, categories.mapped("external_id"))
        for category_id, category in found.items():
            listed = self._listed(category)
            if category_id in wanted:
                differs = category_id not in product.category_ids
            else:
                differs = product_id in listed
            if differs:
                values = self._list_values(category, listed ^ {product_id})
                adapter.write(category_id, values)

    # What a connector writes

    def _listed(self, category: dict[str, Any]) -> set[str]:
        """Return the ids of the products that a category lists one by one."""
        raise NotImplementedError(f"{self._name}: write _listed(category)")

    def _list_values(
        self, category: dict[str, Any], product_ids: set[str]
    ) -> dict[str, Any]:
        """Return what is written on a category for it to list these products."""
        raise NotImplementedError(
            f"{self._name}: write _list_values(category, product_ids)"
        )
