# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import json
from typing import Any

from odoo.addons.component.core import Component

LISTED = "product-id-filter"  # the filter of a category that lists products


class CategoryLister(Component):
    """A category of the shop names its products, not a product its categories."""

    _name = "vendure.category.lister"
    _inherit = ["base.exporter", "vendure.base"]
    _apply_on = "vendure.product.template"
    _usage = "category.lister"

    def run(self, binding: Any) -> None:
        """List the product in its categories, and no more in the others.

        A category is read, changed and written as a whole: one product at a time.
        """
        categories = binding.category_ids.search(
            [("backend_id", "=", self.backend_record.id)]
        )
        self.component(usage="record.locker").lock(categories)
        adapter = self.component(usage="backend.adapter", model_name=categories._name)
        product = self.backend_adapter.read(binding.external_id)
        shown = {category["id"] for category in product["collections"]}
        wanted = set(binding.category_ids.mapped("external_id"))
        for category in adapter.read_many(categories.mapped("external_id")):
            listed = _listed(category)
            missing = category["id"] in wanted - shown
            extra = category["id"] not in wanted and product["id"] in listed
            if missing or extra:
                filters = _filters(category, listed ^ {product["id"]})
                adapter.write(category["id"], {"filters": filters})


def _listed(category: dict[str, Any]) -> set[str]:
    """Return the products that a category lists one by one."""
    for rule in category["filters"]:
        arguments = {argument["name"]: argument["value"] for argument in rule["args"]}
        if rule["code"] == LISTED:
            return set(json.loads(arguments["productIds"]))
    return set()


def _filters(category: dict[str, Any], listed: set[str]) -> list[dict[str, Any]]:
    """Return the rules of a category with another list of products."""
    arguments = [
        {"name": "productIds", "value": json.dumps(sorted(listed))},
        {"name": "combineWithAnd", "value": "false"},
    ]
    others = [
        {"code": rule["code"], "arguments": rule["args"]}
        for rule in category["filters"]
        if rule["code"] != LISTED
    ]
    return [*others, {"code": LISTED, "arguments": arguments}]
