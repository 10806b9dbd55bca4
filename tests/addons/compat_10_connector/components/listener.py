# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.addons.component.core import Component
from odoo.addons.component_event import skip_if


class KassaCustomerListener(Component):
    _name = "kassa.partner.listener"
    _inherit = "base.connector.listener"
    _apply_on = ["kassa.res.partner"]

    @skip_if(lambda self, record, **kwargs: self.no_connector_export(record))
    def on_record_create(self, record, fields=None):
        record.with_delay().export_record(fields=fields)

    @skip_if(lambda self, record, **kwargs: self.no_connector_export(record))
    def on_record_write(self, record, fields=None):
        record.with_delay().export_record(fields=fields)

    def on_record_unlink(self, record):
        with record.backend_id.work_on(record._name) as work:
            external_id = work.component(usage="binder").to_external(record)
        if external_id:
            record.with_delay().export_delete_record(record.backend_id, external_id)
