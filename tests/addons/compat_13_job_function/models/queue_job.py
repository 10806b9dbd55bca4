# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class QueueJob(models.Model):
    _inherit = "queue.job"

    def related_action_parcel(self, tab="label"):
        """Open the tracking page of the only label of a job"""
        self.ensure_one()
        label = self.env[self.model_name].browse(self.record_ids)
        if len(label) != 1:
            return None
        return {
            "type": "ir.actions.act_url",
            "url": f"https://carrier.example.com/{label.number}#{tab}",
        }

    def related_action_labels(self):
        return self.related_action_open_record()
