# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from odoo.addons.queue_job.job import job, related_action


class KassaBinding(models.AbstractModel):
    """What every kassa.* binding has."""

    _name = "kassa.binding"
    _inherit = "external.binding"
    _description = "Kassa Binding (abstract)"

    # odoo_id: declared in the concrete model
    backend_id = fields.Many2one(
        comodel_name="kassa.backend",
        string="Till",
        required=True,
        ondelete="restrict",
    )
    external_id = fields.Char(string="ID on the till")

    _kassa_uniq = models.Constraint(
        "unique(backend_id, external_id)",
        "A binding already exists with the same ID on the till.",
    )

    @job(default_channel="root.kassa")
    @api.model
    def import_batch(self, backend, filters=None):
        """Prepare the import of records from the till"""
        with backend.work_on(self._name) as work:
            importer = work.component(usage="batch.importer")
            return importer.run(filters=filters or {})

    @job(default_channel="root.kassa", retry_pattern={1: 20, 5: 120})
    @related_action(action="related_action_kassa_link", section="customers")
    @api.model
    def import_record(self, backend, external_id, force=False):
        """Import a record of the till"""
        with backend.work_on(self._name) as work:
            importer = work.component(usage="record.importer")
            return importer.run(external_id, force=force)

    # the other order of decorators
    @related_action(action="related_action_unwrap_binding")
    @job
    def export_record(self, fields=None):
        """Export a record on the till"""
        self.ensure_one()
        with self.backend_id.work_on(self._name) as work:
            exporter = work.component(usage="record.exporter")
            return exporter.run(self, fields)

    @related_action(action=None)
    @job(default_channel="root.kassa.delete")
    def export_delete_record(self, backend, external_id):
        """Delete a record on the till"""
        with backend.work_on(self._name) as work:
            return work.component(usage="record.exporter.deleter").run(external_id)
