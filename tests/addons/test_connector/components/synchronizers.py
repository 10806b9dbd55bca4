# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo.addons.component.core import Component


class TestItemImporter(Component):
    _name = "test.item.importer"
    _inherit = "generic.importer"
    _collection = "test.backend"
    _apply_on = "test.item.binding"

    _version_field = "updatedAt"
    _match_existing = (("code",),)

    def _must_skip(self) -> str | None:
        return "It is a draft." if self.external_record.get("draft") else None

    def _import_dependencies(self) -> None:
        self._import_dependency(self.external_record.get("group"), "test.group")


class TestGroupImporter(Component):
    _name = "test.group.importer"
    _inherit = "generic.importer"
    _collection = "test.backend"
    _apply_on = "test.group"

    def _import_dependencies(self) -> None:
        self._import_dependency(self.external_record.get("parent"), "test.group")


class TestOrderImporter(Component):
    _name = "test.order.importer"
    _inherit = "generic.importer"
    _collection = "test.backend"
    _apply_on = "test.order"


class TestDelayedBatchImporter(Component):
    _name = "test.delayed.batch.importer"
    _inherit = "generic.delayed.batch.importer"
    _collection = "test.backend"
    _apply_on = ["test.item.binding"]


class TestChunkedBatchImporter(Component):
    _name = "test.chunked.batch.importer"
    _inherit = "generic.chunked.batch.importer"
    _collection = "test.backend"
    _apply_on = "test.order"

    _chunk_size = 3


class TestBatchReader(Component):
    _name = "test.batch.reader"
    _inherit = ["generic.batch.reader", "generic.delayed.batch.importer"]
    _collection = "test.backend"
    _apply_on = "test.order"
    _usage = "reading.batch.importer"

    _read_together = 2


class TestDirectBatchImporter(Component):
    _name = "test.direct.batch.importer"
    _inherit = "generic.direct.batch.importer"
    _collection = "test.backend"
    _apply_on = ["test.group", "test.order"]


class TestItemExporter(Component):
    _name = "test.item.exporter"
    _inherit = "generic.exporter"
    _collection = "test.backend"
    _apply_on = "test.item.binding"
    _usage = "record.exporter"

    def _export_dependencies(self) -> None:
        self._export_dependency(self.binding.group_id, "test.group")


class TestGroupExporter(Component):
    _name = "test.group.exporter"
    _inherit = "generic.exporter"
    _collection = "test.backend"
    _apply_on = "test.group"


class TestDeleter(Component):
    _name = "test.deleter"
    _inherit = "generic.deleter"
    _collection = "test.backend"
