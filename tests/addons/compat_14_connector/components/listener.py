# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.addons.component.core import Component
from odoo.addons.component_event import skip_if


class SellerListener(Component):
    _name = "bazaar.seller.listener"
    _inherit = "base.connector.listener"
    _apply_on = ["bazaar.seller"]

    @skip_if(lambda self, record, **kwargs: self.no_connector_export(record))
    def on_record_create(self, record, fields=None):
        record.delay_export(fields=fields)

    @skip_if(lambda self, record, **kwargs: self.no_connector_export(record))
    def on_record_write(self, record, fields=None):
        record.delay_export(fields=fields)


class PartnerListener(Component):
    """Changes of the partner are those of its bindings, too"""

    _name = "bazaar.partner.listener"
    _inherit = "base.connector.listener"
    _apply_on = ["res.partner"]

    @skip_if(lambda self, record, **kwargs: self.no_connector_export(record))
    def on_record_write(self, record, fields=None):
        for binding in record.bazaar_bind_ids:
            binding.delay_export(fields=fields)

    def on_record_unlink(self, record):
        for binding in record.bazaar_bind_ids:
            if binding.bazaar_ref:
                binding.with_delay().export_delete_record(
                    binding.backend_id, binding.bazaar_ref
                )
