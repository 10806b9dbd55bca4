# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import Form, new_test_user
from odoo.tests.common import TransactionCase


class TestViews(TransactionCase):
    def test_arch(self):
        jobs = self.env["queue.job"]
        for view_type in ("form", "list", "search", "pivot", "graph"):
            arch = jobs.get_view(view_type=view_type)["arch"]
            self.assertIn("team", arch, view_type)

    def test_form(self):
        report = self.env["team.report"].create({"team": "red"})
        record = report.with_delay().archive_it().db_record()
        leader = new_test_user(
            self.env, "leader", "compat_16_queue_extension.group_team_leader"
        )
        with Form(record.with_user(leader)) as form:
            form.team = "blue"
        self.assertEqual(record.team, "blue")

    def test_menus(self):
        leader = new_test_user(
            self.env, "leader", "compat_16_queue_extension.group_team_leader"
        )
        visible = self.env["ir.ui.menu"].with_user(leader)._visible_menu_ids()
        self.assertIn(
            self.env.ref("compat_16_queue_extension.menu_team_jobs").id, visible
        )

    def test_actions(self):
        for name in (
            "action_queue_job",
            "action_queue_job_channel",
            "action_queue_job_function",
            "action_requeue_job",
            "action_set_jobs_done",
            "action_set_jobs_cancelled",
        ):
            action = self.env["ir.actions.act_window"]._for_xml_id(f"queue_job.{name}")
            self.assertIn(action["res_model"], self.env)
        bound = self.env["ir.actions.actions"].get_bindings("queue.job")["action"]
        names = {action["id"] for action in bound}
        for name in ("requeue_job", "set_jobs_done", "set_jobs_cancelled"):
            self.assertIn(self.env.ref(f"queue_job.action_{name}").id, names)
