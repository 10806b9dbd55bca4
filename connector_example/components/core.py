# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo.addons.component.core import AbstractComponent, Component
from odoo.addons.connector.components.mapper import mapping


class VendureBase(AbstractComponent):
    """Everything here works for one shop only: its components share a collection."""

    _name = "vendure.base"
    _inherit = "base.connector"
    _collection = "vendure.backend"

    def _translations(self, **texts: str) -> dict[str, Any]:
        """Return texts as the shop takes them, in the language of the backend."""
        code = self.backend_record._language_code()
        return {"translations": [{"languageCode": code, **texts}]}


class VendureBinder(Component):
    """Find records by their id in the shop, and the reverse."""

    _name = "vendure.binder"
    _inherit = ["base.binder", "vendure.base"]


class VendureImportMapper(AbstractComponent):
    """Every binding belongs to its shop."""

    _name = "vendure.import.mapper"
    _inherit = ["base.import.mapper", "vendure.base"]

    @mapping
    def backend_id(self, record: dict[str, Any]) -> dict[str, int]:
        return {"backend_id": self.backend_record.id}


class VendureExporter(AbstractComponent):
    """Create once: what a worker made before it died is taken over.

    The shop knows no idempotency key, so that it is asked first for an object with the
    natural key of ours: a slug, a SKU, the lines of a shipment, the name of a refund.
    """

    _name = "vendure.exporter"
    _inherit = ["generic.exporter", "vendure.base"]
    _usage = "record.exporter"

    def _create(self, data: dict[str, Any]) -> str:
        for external_id in self._left_behind(data):
            if not self.binder.to_internal(external_id):
                return external_id
        return super()._create(data)

    def _left_behind(self, data: dict[str, Any]) -> list[str]:
        """Return the ids of the objects of the shop with the same natural key."""
        raise NotImplementedError(f"{self._name}: write _left_behind(data)")


class VendureSlugExporter(AbstractComponent):
    """Objects with a page in the shop: their slug tells them apart."""

    _name = "vendure.slug.exporter"
    _inherit = "vendure.exporter"

    def _lock(self) -> None:
        """Give the binding its slug for good before the shop hears of it."""
        if not self.binding.slug:
            slug = self.env["ir.http"]._slugify(self.binding.name)
            binding = self.binding.with_context(connector_no_export=True)
            binding.slug = f"{slug}-{self.binding.id}"
            self._commit()
        return super()._lock()

    def _left_behind(self, data: dict[str, Any]) -> list[str]:
        return self.backend_adapter.search({"slug": {"eq": self.binding.slug}})
