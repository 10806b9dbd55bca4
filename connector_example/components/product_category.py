# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo.addons.component.core import Component
from odoo.addons.connector.components.mapper import changed_by, mapping, only_create

ROOT = "__root_collection__"  # the one above the top ones, never shown


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
        return self._translations(name=record.name, slug=record.slug, description="")

    @only_create
    @mapping
    def place(self, record: Any) -> dict[str, Any]:
        """Its products are listed one by one, as each of them is exported."""
        parent = self.binder_for().to_external(record.parent_id)
        return {"parentId": parent, "filters": [], "inheritFilters": False}


class CategoryExporter(Component):
    _name = "vendure.product.category.exporter"
    _inherit = ["ecommerce.category.exporter", "vendure.base"]
    _apply_on = "vendure.product.category"
