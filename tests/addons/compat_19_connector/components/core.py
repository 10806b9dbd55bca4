# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo.addons.component.core import AbstractComponent, Component
from odoo.addons.connector.exception import IDMissingInBackend


class BaseFeedback(AbstractComponent):
    _name = "base.feedback"
    _inherit = "base.connector"
    _collection = "feedback.backend"


class FeedbackAdapter(AbstractComponent):
    _name = "feedback.adapter"
    _inherit = ["base.backend.adapter.crud", "base.feedback"]

    _resource: str

    @property
    def _records(self) -> dict[str, dict[str, Any]]:
        return self.work.service.data[self._resource]

    def search(self, filters: dict[str, Any] | None = None) -> list[str]:
        """Return the ids of the records."""
        return list(self._records)

    def read(self, external_id: str) -> dict[str, Any]:
        """Return a record."""
        try:
            return self._records[external_id]
        except KeyError as err:
            raise IDMissingInBackend(external_id) from err

    def create(self, data: dict[str, Any]) -> str:
        """Create a record; return its id."""
        external_id = f"new-{len(self._records)}"
        self._records[external_id] = data
        return external_id

    def write(self, external_id: str, data: dict[str, Any]) -> None:
        """Change a record."""
        self._records[external_id].update(data)

    def delete(self, external_id: str) -> None:
        """Delete a record."""
        del self._records[external_id]


class FeedbackBinder(Component):
    _name = "feedback.binder"
    _inherit = ["base.binder", "base.feedback"]
    _apply_on = ["feedback.partner", "feedback.answer"]


class FeedbackImporter(Component):
    """For all models of the service."""

    _name = "feedback.importer"
    _inherit = ["generic.importer", "base.feedback"]
    _usage = "record.importer"
    _apply_on = "feedback.partner"


class FeedbackBatchImporter(Component):
    _name = "feedback.batch.importer"
    _inherit = ["generic.delayed.batch.importer", "base.feedback"]
    _usage = "batch.importer"
