# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.addons.component.core import AbstractComponent, Component
from odoo.addons.queue_job.exception import FailedJobError, NothingToDoJob


class KassaImporter(AbstractComponent):
    """The importer every connector of that time wrote itself."""

    _name = "kassa.importer"
    _inherit = ["base.importer", "base.kassa.connector"]
    _usage = "record.importer"

    def run(self, external_id, force=False):
        self.external_id = external_id
        self.advisory_lock_or_retry(
            f"import({self.backend_record._name},{self.backend_record.id},"
            f"{self.model._name},{external_id})"
        )
        self.kassa_record = self.backend_adapter.read(external_id)
        if self.kassa_record.get("test"):
            raise NothingToDoJob("Customers of the manufacturer are not imported.")
        if not self.kassa_record.get("label"):
            raise FailedJobError(f"Customer {external_id} has no name")
        # names of the 8.0 binder
        binding = self.binder.to_openerp(external_id)
        record = self.mapper.map_record(self.kassa_record)
        if binding:
            binding.with_context(connector_no_export=True).write(record.values())
        else:
            model = self.model.with_context(connector_no_export=True)
            binding = model.create(record.values(for_create=True))
            self.backend_record.add_checkpoint(binding)
        self.binder.bind(external_id, binding)
        return f"Customer {self.binder.to_backend(binding)} imported"


class CustomerImporter(Component):
    _name = "kassa.partner.importer"
    _inherit = "kassa.importer"
    _apply_on = "kassa.res.partner"


class CustomerBatchImporter(Component):
    """Delay the import of the customers"""

    _name = "kassa.partner.batch.importer"
    _inherit = ["base.importer", "base.kassa.connector"]
    _usage = "batch.importer"
    _apply_on = "kassa.res.partner"

    def run(self, filters=None):
        external_ids = self.backend_adapter.search(filters)
        if not external_ids:
            raise NothingToDoJob("The till has no customer.")
        for external_id in external_ids:
            self.model.with_delay(priority=20).import_record(
                self.backend_record, external_id
            )
