# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from typing import Any

from odoo.addons.component.core import Component
from odoo.addons.connector.components.mapper import changed_by, mapping, only_create

ROOT = "__root_collection__"  # the one above the top ones, never shown
LISTED = "product-id-filter"  # the filter of a category that lists products


class CategoryAdapter(Component):
    _name = "vendure.product.category.adapter"
    _inherit = "vendure.adapter"
    _apply_on = "vendure.product.category"

    def read_many(self, external_ids: list[str]) -> list[dict[str, Any]]:
        records = super().read_many(external_ids)
        for record in records:
            parent = record.pop("parent")
            record["parent_id"] = parent["id"] if parent["name"] != ROOT else None
        return records

    def move(self, external_id: str, parent_id: str | None) -> None:
        """Put a category last below another one, or at the top."""
        path = self.execute("pathOfCollection", id=external_id)["breadcrumbs"]
        parent_id = parent_id or path[0]["id"]  # the root, above the top ones
        if parent_id != path[-2]["id"]:
            self.execute("moveCollection", id=external_id, parent=parent_id)


class CategoryMapper(Component):
    _name = "vendure.product.category.mapper"
    _inherit = ["ecommerce.category.mapper", "vendure.base"]
    _apply_on = "vendure.product.category"


class CategoryBatchImporter(Component):
    _name = "vendure.product.category.batch.importer"
    _inherit = ["ecommerce.category.batch.importer", "vendure.base"]
    _apply_on = "vendure.product.category"


class CategoryImporter(Component):
    _name = "vendure.product.category.importer"
    _inherit = ["vendure.importer", "ecommerce.category.importer"]
    _apply_on = "vendure.product.category"


class CategoryExportMapper(Component):
    _name = "vendure.product.category.export.mapper"
    _inherit = ["base.export.mapper", "vendure.base"]
    _apply_on = "vendure.product.category"

    @changed_by("name", "slug")
    @mapping
    def texts(self, record: Any) -> dict[str, Any]:
        """The description is the shop's own; a new category must have one."""
        needed = {"description": ""} if self.options.for_create else {}
        return self._translations(name=record.name, slug=record.slug, **needed)

    @changed_by("parent_id")
    @mapping
    def parent(self, record: Any) -> dict[str, Any]:
        return {"parentId": self.binder_for().to_external(record.parent_id)}

    @only_create
    @mapping
    def products(self, record: Any) -> dict[str, Any]:
        """They are listed one by one, as each of them is exported."""
        return {"filters": [], "inheritFilters": False}


class CategoryExporter(Component):
    _name = "vendure.product.category.exporter"
    _inherit = ["ecommerce.category.exporter", "vendure.base"]
    _apply_on = "vendure.product.category"
    _moved_by = "parentId"


class CategoryLister(Component):
    """A category has rules, of which one may list products."""

    _name = "vendure.category.lister"
    _inherit = ["ecommerce.category.lister", "vendure.base"]
    _apply_on = "vendure.product.template"

    def _listed(self, category: dict[str, Any]) -> set[str]:
        for rule in category["filters"]:
            arguments = {arg["name"]: arg["value"] for arg in rule["arguments"]}
            if rule["code"] == LISTED:
                return set(json.loads(arguments["productIds"]))
        return set()

    def _list_values(
        self, category: dict[str, Any], product_ids: set[str]
    ) -> dict[str, Any]:
        ids = {"name": "productIds", "value": json.dumps(sorted(product_ids))}
        either = {"name": "combineWithAnd", "value": "false"}
        others = [rule for rule in category["filters"] if rule["code"] != LISTED]
        return {"filters": [*others, {"code": LISTED, "arguments": [ids, either]}]}
