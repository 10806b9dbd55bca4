# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo.addons.component.core import Component
from odoo.addons.component_event import skip_if
from odoo.addons.connector.components.mapper import none
from odoo.addons.connector.components.synchronizer.version import content_version
from odoo.addons.queue_job import identity_exact

FIELDS = ("name", "email", "phone")


class ContactImportMapper(Component):
    _name = "csv.res.partner.import.mapper"
    _inherit = ["base.import.mapper", "csv.base"]
    _apply_on = "csv.res.partner"

    direct = [("name", "name"), (none("email"), "email"), (none("phone"), "phone")]


class ContactImporter(Component):
    _name = "csv.res.partner.importer"
    _inherit = ["generic.importer", "csv.base"]
    _apply_on = "csv.res.partner"

    _match_existing = (("email",),)

    def _external_version(self) -> str:
        return content_version([self.external_record[name] for name in FIELDS])


class ContactBatchImporter(Component):
    _name = "csv.res.partner.batch.importer"
    _inherit = ["generic.batch.reader", "generic.direct.batch.importer", "csv.base"]
    _apply_on = "csv.res.partner"
    _usage = "batch.importer"


class ContactExportMapper(Component):
    _name = "csv.res.partner.export.mapper"
    _inherit = ["base.export.mapper", "csv.base"]
    _apply_on = "csv.res.partner"

    direct = [("name", "name"), (none("email"), "email"), (none("phone"), "phone")]


class ContactExporter(Component):
    _name = "csv.res.partner.exporter"
    _inherit = ["generic.exporter", "csv.base"]
    _apply_on = "csv.res.partner"
    _usage = "record.exporter"


class ContactListener(Component):
    _name = "csv.res.partner.listener"
    _inherit = ["base.connector.listener", "csv.base"]
    _apply_on = "res.partner"

    @skip_if(lambda self, record, **kwargs: self.no_connector_export(record))
    def on_record_write(self, record: Any, fields: Any = None) -> None:
        changed = set(FIELDS).intersection(fields or ())
        for binding in record.sudo().csv_bind_ids if changed else ():
            delayed = binding.with_delay(identity_key=identity_exact)
            delayed.export_record(fields=sorted(changed))
