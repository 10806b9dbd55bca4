# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# These are no models: read() is not that of the ORM.
# pylint: disable=method-required-super
from __future__ import annotations

from typing import Any

from odoo.addons.component.core import Component
from odoo.addons.connector.components.mapper import mapping

COUNT = 10_000


def external_record(number: int) -> dict[str, Any]:
    """Return a record as the backend has it."""
    return {
        "id": number,
        "updatedAt": "2026-11-23T10:00:00Z",
        "fullName": f"Customer {number}",
        "mail": f"customer{number}@example.com",
        "phone": f"+49 30 {number:06}",
        "street": f"Street {number % 300}",
        "postcode": f"{number % 100_000:05}",
        "town": "Berlin",
    }


class BenchImportBinder(Component):
    _name = "bench.import.binder"
    _inherit = "base.binder"
    _collection = "bench.import.backend"


class BenchImportAdapter(Component):
    """A backend that answers at once."""

    _name = "bench.import.adapter"
    _inherit = "base.backend.adapter.crud"
    _collection = "bench.import.backend"

    def search(self, filters: dict[str, Any] | None = None) -> range:
        return range(COUNT)

    def read(self, external_id: int) -> dict[str, Any]:
        return external_record(external_id)

    def read_many(self, external_ids: list[int]) -> list[dict[str, Any]]:
        return [external_record(id_) for id_ in external_ids]


class BenchImportMapper(Component):
    _name = "bench.import.partner.mapper"
    _inherit = "base.import.mapper"
    _collection = "bench.import.backend"
    _apply_on = "bench.import.partner"

    direct = [
        ("fullName", "name"),
        ("mail", "email"),
        ("phone", "phone"),
        ("street", "street"),
        ("town", "city"),
    ]

    @mapping
    def zip(self, record: dict[str, Any]) -> dict[str, Any]:
        return {"zip": record["postcode"].strip()}


class BenchImporter(Component):
    _name = "bench.import.partner.importer"
    _inherit = "generic.importer"
    _collection = "bench.import.backend"
    _apply_on = "bench.import.partner"

    _version_field = "updatedAt"


class BenchBatchImporter(Component):
    _name = "bench.import.batch.importer"
    _inherit = "generic.chunked.batch.importer"
    _collection = "bench.import.backend"
