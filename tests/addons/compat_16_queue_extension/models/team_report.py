# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import functools

from odoo import fields, models

from odoo.addons.queue_job.fields import JobSerialized


class TeamReport(models.Model):
    _name = "team.report"
    _description = "Team Report"

    name = fields.Char()
    team = fields.Char()
    sent = fields.Char()
    company_id = fields.Many2one("res.company")
    payload = JobSerialized(base_type=dict)
    rows = JobSerialized(base_type=list)
    pair = JobSerialized(base_type=tuple)
    targets = JobSerialized(base_type=models.BaseModel)

    # -- plain calls that become jobs

    def _register_hook(self):
        for name, key in (("send", None), ("print_out", "team_delay_print")):
            self._team_patch(name, self._patch_job_auto_delay(name, context_key=key))
        return super()._register_hook()

    def _team_patch(self, name, method):
        cls = type(self)
        origin = getattr(cls, name)
        setattr(cls, name, functools.update_wrapper(method, origin))

    def send(self, to="all", copies=1):
        """Send the report"""
        self.sent = f"{to} x{copies}"
        return self.sent

    def send_job_options(self, *args, **kwargs):
        return {
            "priority": 3 if kwargs.get("to") == "boss" else 9,
            "description": f"Send to {kwargs.get('to')}",
        }

    def print_out(self):
        self.sent = "printed"

    # -- what is stored with the jobs

    def _job_store_values(self, job):
        values = super()._job_store_values(job)
        return {**values, "team": self.team, "priority": 99, "uuid": "mine"}

    def _job_store_values_for_archive_it(self, job):
        return {"document_name": f"{job.model_name}/{job.args}", "team": "archive"}

    def _job_prepare_context_before_enqueue_keys(self):
        keys = super()._job_prepare_context_before_enqueue_keys()
        return keys + ("team_key",)

    def archive_it(self, *args):
        return f"{self.env.context.get('team_key')} {args}"

    def count_in_steps(self):
        """Count, and keep what was counted"""
        # a cursor of its own
        self.env.cr.execute("SELECT txid_current()")
        return self.env.cr.fetchone()[0]

    def whoami(self):
        return (self.env.uid, self.env.su)
