# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo.tests import TransactionCase, tagged
from odoo.tools import convert_file


@tagged("post_install", "-at_install")
class TestDemo(TransactionCase):
    def test_demo_jobs_are_of_each_kind(self) -> None:
        jobs = self.env["queue.job"]
        known = jobs.search([])
        convert_file(self.env, "queue_job", "demo/queue_job_demo.xml", {}, mode="init")
        demo = jobs.search([]) - known
        self.assertEqual(set(demo.mapped("state")), {"pending", "wait_dependencies"})
        self.assertEqual(len(demo.filtered("graph_uuid")), 7)
        self.assertEqual(len(demo.filtered("eta")), 1)
        self.assertTrue(self.env.ref("queue_job.channel_demo_reports").sequential)
        self.assertEqual(len(demo.filtered(lambda job: "reports" in job.channel)), 3)
