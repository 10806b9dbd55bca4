# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from odoo.addons.queue_job.job import identity_exact


class BazaarBinding(models.AbstractModel):
    _name = "bazaar.binding"
    _inherit = "external.binding"
    _description = "Bazaar Binding (abstract)"

    backend_id = fields.Many2one(
        "bazaar.backend", string="Bazaar", required=True, ondelete="restrict"
    )
    # not the usual name of the field: the binder of this connector knows
    bazaar_ref = fields.Char(string="ID in Bazaar")

    _bazaar_uniq = models.Constraint(
        "unique(backend_id, bazaar_ref)",
        "A record with the same ID in Bazaar exists already.",
    )

    @api.model
    def import_batch(self, backend, filters=None):
        with backend.work_on(self._name) as work:
            return work.component(usage="batch.importer").run(filters=filters)

    @api.model
    def import_record(self, backend, external_id, force=False):
        with backend.work_on(self._name) as work:
            return work.component(usage="record.importer").run(external_id, force=force)

    def export_record(self, fields=None):
        self.ensure_one()
        with self.backend_id.work_on(self._name) as work:
            return work.component(usage="record.exporter").run(self, fields)

    @api.model
    def export_delete_record(self, backend, external_id):
        with backend.work_on(self._name) as work:
            return work.component(usage="record.exporter.deleter").run(external_id)

    def delay_export(self, fields=None):
        return self.with_delay(
            identity_key=identity_exact, description=f"Export {self.display_name}"
        ).export_record(fields=fields)
