# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Categories of a shop: a tree, whose branches need their parents."""

from __future__ import annotations

from odoo.addons.component.core import AbstractComponent
from odoo.addons.connector.components.mapper import external_to_m2o


class CategoryMapper(AbstractComponent):
    """Map the neutral names of a category; a connector adds what it has more."""

    _name = "ecommerce.category.mapper"
    _inherit = "base.import.mapper"

    direct = [
        ("name", "name"),
        ("slug", "slug"),
        ("sequence", "sequence"),
        (external_to_m2o("parent_id"), "parent_id"),
    ]


class CategoryBatchImporter(AbstractComponent):
    """A tree is small and each branch needs its parent: one job takes it whole."""

    _name = "ecommerce.category.batch.importer"
    _inherit = ["generic.batch.reader", "generic.direct.batch.importer"]
    _usage = "batch.importer"


class CategoryImporter(AbstractComponent):
    """Import a category after its parent, whose id it has as `parent_id`."""

    _name = "ecommerce.category.importer"
    _inherit = "generic.importer"

    def _import_dependencies(self) -> None:
        parent_id = self.external_record["parent_id"]
        self._import_dependency(parent_id, self.model._name)
        return super()._import_dependencies()


class CategoryExporter(AbstractComponent):
    """Export a category after its parent."""

    _name = "ecommerce.category.exporter"
    _inherit = "ecommerce.page.exporter"

    def _export_dependencies(self) -> None:
        self._export_dependency(self.binding.parent_id, self.model._name)
        return super()._export_dependencies()
