# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from odoo.addons.queue_job.job import (
    DEFAULT_MAX_RETRIES,
    DEFAULT_PRIORITY,
    DONE,
    STATES,
    Job,
)


class QueueJob(models.Model):
    _inherit = "queue.job"

    # jobs of channels that are gone are kept longer
    _removal_interval = 60

    team = fields.Char(index=True)
    document_name = fields.Char(readonly=True)
    taken = fields.Boolean()

    @api.model
    def team_figures(self):
        """Return how many jobs are in each state, by its label"""
        counts = dict(self._read_group([], ["state"], ["__count"]))
        return {label: counts.get(value, 0) for value, label in STATES}

    def button_again(self):
        """Run jobs again, with all their tries, whatever was asked for"""
        records = Job.db_records_from_uuids(self.env, self.mapped("uuid"))
        for record in records.filtered(lambda record: record.state == DONE):
            job = Job._load_from_db_record(record)
            job.set_pending(result="once more", reset_retry=True)
            job.priority = DEFAULT_PRIORITY
            job.max_retries = DEFAULT_MAX_RETRIES
            job.store()

    def button_take(self):
        return self.write({"taken": True})

    def requeue(self):
        self.write({"taken": False})
        return super().requeue()

    def _change_job_state(self, state, result=None):
        if state == "cancelled":
            self.write({"taken": True})
        return super()._change_job_state(state, result=result)

    def _subscribe_users_domain(self):
        domain = super()._subscribe_users_domain()
        domain.append(("login", "!=", "nobody@team"))
        return domain

    def _message_failed_job(self):
        if self.team == "quiet":
            return None
        body = super()._message_failed_job()
        return f"{body} Team: {self.team or 'none'}"

    def _needaction_domain_get(self):
        return super()._needaction_domain_get() + [("team", "!=", False)]

    def related_action_open_record(self):
        action = super().related_action_open_record()
        if action and self.team:
            action["name"] = f"{action['name']} ({self.team})"
        return action


class QueueJobFunction(models.Model):
    _inherit = "queue.job.function"

    team = fields.Char()


class QueueJobChannel(models.Model):
    _inherit = "queue.job.channel"

    team = fields.Char()
