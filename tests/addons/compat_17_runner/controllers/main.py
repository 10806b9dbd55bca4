# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.http import request, route

from odoo.addons.queue_job.controllers.main import RunJobController


class HostingController(RunJobController):
    """Counts the calls of the runner, for the statistics of the host."""

    calls = []

    @route()
    def runjob(self, *args, **kwargs):
        self.calls.append(kwargs.get("job_uuid"))
        return super().runjob(*args, **kwargs)

    @route("/compat/queue/depth", type="http", auth="user")
    def depth(self):
        count = (
            request.env["queue.job"].sudo().search_count([("state", "=", "pending")])
        )
        return str(count)
