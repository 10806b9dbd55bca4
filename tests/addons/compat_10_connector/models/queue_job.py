# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from odoo.addons.connector.related_action import unwrap_binding


class QueueJob(models.Model):
    _inherit = "queue.job"

    def related_action_kassa_link(self, section="home"):
        """Open a web page of the till"""
        self.ensure_one()
        backend, external_id = self.args[:2]
        return {
            "type": "ir.actions.act_url",
            "target": "new",
            "url": f"https://{backend.location}/{section}/{external_id}",
        }

    def related_action_kassa_old(self):
        # the helper function of 9.0
        return unwrap_binding(self)
