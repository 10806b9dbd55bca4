# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class NightShift(models.Model):
    _name = "night.shift"
    _description = "Night Shift"

    name = fields.Char()
    count = fields.Integer()

    @api.model
    def cron_count(self):
        for record in self.search([("name", "!=", False)]):
            record.count += 1

    def work(self):
        self.count += 1

    def action_work(self):
        batch = self.env["queue.job.batch"].get_new_batch("Work of the night")
        for record in self.with_context(job_batch=batch):
            record.with_delay().work()
        return batch
