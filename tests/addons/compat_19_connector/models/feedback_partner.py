# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from odoo import api, fields, models

from .feedback_backend import FeedbackBackend


class FeedbackBinding(models.AbstractModel):
    """What the bindings of the service have."""

    _name = "feedback.binding"
    _inherit = "external.binding"
    _description = "Feedback Binding"

    backend_id = fields.Many2one("feedback.backend", required=True, ondelete="restrict")
    external_id = fields.Char()

    _external_uniq = models.Constraint(
        "UNIQUE(backend_id, external_id)", "It was imported already."
    )

    @api.model
    @api.private
    def import_batch(
        self, backend: FeedbackBackend, filters: dict[str, Any] | None = None
    ) -> Any:
        """Import all records of the service."""
        with backend.work_on(self._name) as work:
            return work.component(usage="batch.importer").run(filters=filters)

    @api.model
    @api.private
    def import_record(
        self, backend: FeedbackBackend, external_id: str, force: bool = False
    ) -> Any:
        """Import a record of the service."""
        with backend.work_on(self._name) as work:
            return work.component(usage="record.importer").run(external_id, force=force)

    @api.private
    def export_record(self, fields: Iterable[str] | None = None) -> Any:
        """Export a record to the service."""
        with self.backend_id.work_on(self._name) as work:
            return work.component(usage="record.exporter").run(self, fields)


class FeedbackPartner(models.Model):
    _name = "feedback.partner"
    _inherit = "feedback.binding"
    _inherits = {"res.partner": "odoo_id"}
    _description = "Feedback Partner"

    odoo_id = fields.Many2one("res.partner", required=True, ondelete="cascade")


class ResPartner(models.Model):
    _inherit = "res.partner"

    feedback_bind_ids = fields.One2many("feedback.partner", "odoo_id")
