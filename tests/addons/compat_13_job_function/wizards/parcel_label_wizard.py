# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ParcelLabelWizard(models.TransientModel):
    """Requeue the failed labels of a carrier, with the wizard of the queue."""

    _name = "parcel.label.wizard"
    _inherit = "queue.requeue.job"
    _description = "Requeue the jobs of labels"

    # a transient model that inherits another one has its own table of links
    job_ids = fields.Many2many(relation="parcel_label_wizard_job_rel")

    def requeue(self):
        self.job_ids = self.job_ids.filtered(lambda job: "label" in job.model_name)
        return super().requeue()
