# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.addons.component.core import AbstractComponent, Component
from odoo.addons.connector.exception import IDMissingInBackend


class BazaarImporter(AbstractComponent):
    _name = "bazaar.importer"
    _inherit = ["base.importer", "base.bazaar"]
    _usage = "record.importer"

    def run(self, external_id, force=False):
        self.advisory_lock_or_retry(self.lock_text(external_id), retry_seconds=7)
        try:
            record = self.backend_adapter.read(external_id)
        except IDMissingInBackend:
            return "Record does no longer exist in Bazaar"
        self._import_dependencies(record)
        binding = self.binder.to_internal(external_id)
        map_record = self.mapper.map_record(record)
        with self._retry_unique_violation():
            if binding:
                binding.with_context(connector_no_export=True).write(
                    map_record.values(binding=binding)
                )
            else:
                map_record.update(bazaar_ref=external_id)
                model = self.model.with_context(connector_no_export=True)
                binding = model.create(map_record.values(for_create=True, tag="new"))
        self.binder.bind(external_id, binding)
        return binding

    def _import_dependencies(self, record):
        return


class CategoryImporter(Component):
    _name = "bazaar.category.importer"
    _inherit = "bazaar.importer"
    _apply_on = "bazaar.category"


class SellerImporter(Component):
    _name = "bazaar.seller.importer"
    _inherit = "bazaar.importer"
    _apply_on = "bazaar.seller"

    def _import_dependencies(self, record):
        external_id = record.get("category")
        binder = self.binder_for("bazaar.category")
        if external_id and not binder.to_internal(external_id):
            importer = self.component(
                usage="record.importer", model_name="bazaar.category"
            )
            importer.run(external_id)


class BatchImporter(AbstractComponent):
    _name = "bazaar.batch.importer"
    _inherit = ["base.importer", "base.bazaar"]
    _usage = "batch.importer"

    def run(self, filters=None):
        external_ids = self.backend_adapter.search(filters)
        for external_id in external_ids:
            self._import_record(external_id)
        return len(external_ids)

    def _import_record(self, external_id, **kwargs):
        raise NotImplementedError


class DirectCategoryBatchImporter(Component):
    _name = "bazaar.direct.batch.importer"
    _inherit = "bazaar.batch.importer"
    _apply_on = "bazaar.category"

    def _import_record(self, external_id, **kwargs):
        self.model.import_record(self.backend_record, external_id, **kwargs)


class DelayedSellerBatchImporter(Component):
    _name = "bazaar.delayed.batch.importer"
    _inherit = "bazaar.batch.importer"
    _apply_on = "bazaar.seller"

    def _import_record(self, external_id, job_options=None, **kwargs):
        delayable = self.model.with_delay(**job_options or {})
        delayable.import_record(self.backend_record, external_id, **kwargs)
