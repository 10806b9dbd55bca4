# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# These are no models: read() is not that of the ORM.
# pylint: disable=method-required-super
"""A whole connector to import from a server: this is all it takes."""

from __future__ import annotations

from typing import Any

from odoo.addons.component.core import Component
from odoo.addons.connector.http import OffsetPagination


class TestThingBinder(Component):
    _name = "test.thing.binder"
    _inherit = "base.binder"
    _collection = "test.http.backend"


class TestThingAdapter(Component):
    _name = "test.thing.adapter"
    _inherit = "test.any.http.adapter"
    _apply_on = "test.thing"

    _pages = OffsetPagination(
        "items", offset_param="skip", size_param="take", size=10, total_path="total"
    )

    def search(self, filters: dict[str, Any] | None = None) -> list[int]:
        things = self.paginate("things", self._pages, params=filters)
        return [thing["id"] for thing in things]

    def read(self, external_id: Any) -> dict[str, Any]:
        return self.call("GET", f"things/{external_id}")


class TestThingMapper(Component):
    _name = "test.thing.import.mapper"
    _inherit = "base.import.mapper"
    _collection = "test.http.backend"
    _apply_on = "test.thing"

    direct = [("name", "name")]


class TestThingImporter(Component):
    _name = "test.thing.importer"
    _inherit = "generic.importer"
    _collection = "test.http.backend"
    _apply_on = "test.thing"

    _version_field = "updatedAt"


class TestThingBatchImporter(Component):
    _name = "test.thing.batch.importer"
    _inherit = "generic.chunked.batch.importer"
    _collection = "test.http.backend"
    _usage = "batch.importer"

    _chunk_size = 10
