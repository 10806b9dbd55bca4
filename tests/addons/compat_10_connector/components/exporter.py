# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.addons.component.core import Component


class CustomerExporter(Component):
    _name = "kassa.partner.exporter"
    _inherit = ["generic.exporter", "base.kassa.connector"]
    _usage = "record.exporter"
    _apply_on = "kassa.res.partner"


class CustomerDeleter(Component):
    _name = "kassa.partner.deleter"
    _inherit = ["base.deleter", "base.kassa.connector"]
    _usage = "record.exporter.deleter"
    _apply_on = "kassa.res.partner"

    def run(self, external_id):
        self.backend_adapter.delete(external_id)
        return f"Customer {external_id} deleted"
