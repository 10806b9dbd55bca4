# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from odoo.addons.component.core import Component
from odoo.addons.component_event import skip_if
from odoo.addons.connector.components.mapper import mapping
from odoo.addons.queue_job import identity_exact


class PartnerAdapter(Component):
    _name = "feedback.partner.adapter"
    _inherit = "feedback.adapter"
    _apply_on = "feedback.partner"
    _resource = "people"


class PartnerImportMapper(Component):
    _name = "feedback.partner.import.mapper"
    _inherit = ["base.import.mapper", "base.feedback"]
    _apply_on = "feedback.partner"

    direct = [("name", "name"), ("mail", "email")]

    @mapping
    def backend_id(self, record: dict[str, Any]) -> dict[str, Any]:
        """Return the backend."""
        return {"backend_id": self.backend_record.id}


class PartnerExportMapper(Component):
    _name = "feedback.partner.export.mapper"
    _inherit = ["base.export.mapper", "base.feedback"]
    _apply_on = "feedback.partner"

    direct = [("name", "name"), ("email", "mail")]


class PartnerExporter(Component):
    _name = "feedback.partner.exporter"
    _inherit = ["generic.exporter", "base.feedback"]
    _usage = "record.exporter"
    _apply_on = "feedback.partner"


class PartnerDeleter(Component):
    _name = "feedback.partner.deleter"
    _inherit = ["generic.deleter", "base.feedback"]
    _apply_on = "feedback.partner"


class PartnerListener(Component):
    _name = "feedback.partner.listener"
    _inherit = "base.connector.listener"
    _apply_on = "feedback.partner"

    @skip_if(lambda self, record, **kwargs: self.no_connector_export(record))
    def on_record_write(self, record: Any, fields: Iterable[str] | None = None) -> None:
        """Export what changed, once."""
        record.with_delay(identity_key=identity_exact).export_record(fields=fields)
