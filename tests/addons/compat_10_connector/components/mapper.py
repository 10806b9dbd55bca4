# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.addons.component.core import Component
from odoo.addons.connector.components.mapper import (
    changed_by,
    mapping,
    none,
    only_create,
)


class CustomerImportMapper(Component):
    _name = "kassa.partner.import.mapper"
    _inherit = ["base.import.mapper", "base.kassa.connector"]
    _apply_on = "kassa.res.partner"

    direct = [("label", "name"), ("mail", "email"), ("points", "points")]

    @mapping
    @only_create
    def is_company(self, record):
        return {"is_company": bool(record.get("vat"))}

    @mapping
    def backend_id(self, record):
        return {"backend_id": self.backend_record.id}


class CustomerExportMapper(Component):
    _name = "kassa.partner.export.mapper"
    _inherit = ["base.export.mapper", "base.kassa.connector"]
    _apply_on = "kassa.res.partner"

    direct = [("name", "label"), (none("email"), "mail"), ("points", "points")]

    @changed_by("street", "city")
    @mapping
    def address(self, record):
        return {"address": ", ".join(filter(None, [record.street, record.city]))}
