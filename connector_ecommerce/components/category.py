# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Categories of a shop: a tree, whose branches need their parents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo.addons.component.core import AbstractComponent
from odoo.addons.component_event import skip_if
from odoo.addons.connector.components.mapper import external_to_m2o
from odoo.addons.queue_job.job import identity_exact

if TYPE_CHECKING:
    from odoo.models import BaseModel


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
    """Export a category after its parent.

    Where moving a category is a call of its own, the adapter has
    `move(external_id, parent_id)`, which puts it below another one (None: at the top)
    and leaves it alone when it is there already.
    """

    _name = "ecommerce.category.exporter"
    _inherit = "ecommerce.page.exporter"

    #: name of the parent in the data, where `move()` of the adapter takes it
    _moved_by: str | None = None

    def _export_dependencies(self) -> None:
        self._export_dependency(self.binding.parent_id, self.model._name)
        return super()._export_dependencies()

    def _update(self, data: dict[str, Any]) -> None:
        rest = dict(data)
        if self._moved_by in rest:
            self.backend_adapter.move(self.external_id, rest.pop(self._moved_by))
        if not rest:
            return None
        return super()._update(rest)


class CategoryListener(AbstractComponent):
    """What changes of a category goes to the shops that leave their products to Odoo.

    A connector makes it concrete, with `_apply_on` the binding model of categories.
    """

    _name = "ecommerce.category.listener"
    _inherit = "ecommerce.listener"

    #: fields whose change is exported
    _exported = {"name", "slug", "parent_id"}

    @skip_if(lambda self, record, **kwargs: self.no_connector_export(record))
    def on_record_write(
        self, record: BaseModel, fields: list[str] | None = None
    ) -> None:
        """Export what changed, where the category is known."""
        changed = self._exported.intersection(fields or ())
        category = record.sudo()
        if changed and category.external_id and category.backend_id.export_products:
            delayed = category.with_delay(identity_key=identity_exact)
            delayed.export_record(fields=sorted(changed))
