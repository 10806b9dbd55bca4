# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class QueueJob(models.Model):
    _inherit = "queue.job"

    def _subscribe_users_domain(self):
        # only those who asked for it, and are at work
        domain = super()._subscribe_users_domain()
        assert ("subscribe_job", "=", True) in domain
        return domain
