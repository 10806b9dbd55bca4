# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from .model_common import JobRecordCase


@tagged("post_install", "-at_install")
class TestWizards(JobRecordCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env, "wizard_manager", "queue_job.group_queue_job_manager"
        )

    def test_each_wizard_moves_the_selected_jobs(self) -> None:
        cases = (
            ("queue.requeue.job", "requeue", "failed", "pending"),
            ("queue.jobs.to.done", "set_done", "failed", "done"),
            ("queue.jobs.to.cancelled", "set_cancelled", "pending", "cancelled"),
        )
        for model, method, before, after in cases:
            job, running = self.make_job(before), self.make_job("started")
            selection = (job | running).ids
            wizard = Form(
                self.env[model]
                .with_user(self.manager)
                .with_context(active_model="queue.job", active_ids=selection)
            ).save()
            with self.subTest(model=model):
                self.assertCountEqual(wizard.job_ids.ids, selection)
                self.assertEqual(wizard.concerned_count, 1)
                self.assertEqual(wizard.skipped_count, 1)
                action = getattr(wizard, method)()
                self.assertEqual(action["type"], "ir.actions.act_window_close")
                self.assertEqual((job.state, running.state), (after, "started"))

    def test_actions_are_bound_to_the_list(self) -> None:
        bindings = self.env["ir.actions.actions"].get_bindings("queue.job")["action"]
        bound = {action["id"]: action for action in bindings}
        for name in (
            "action_requeue_job",
            "action_set_jobs_done",
            "action_set_jobs_cancelled",
        ):
            action = bound[self.env.ref(f"queue_job.{name}").id]
            self.assertEqual(action["binding_view_types"], "list")

    def test_selection_of_another_model_is_ignored(self) -> None:
        wizard = self.env["queue.requeue.job"].with_context(
            active_model="res.partner", active_ids=self.partners.ids
        )
        self.assertFalse(wizard.create({}).job_ids)

    def test_plain_users_have_no_wizard(self) -> None:
        user = new_test_user(self.env, "wizard_user", "base.group_user")
        for model in (
            "queue.requeue.job",
            "queue.jobs.to.done",
            "queue.jobs.to.cancelled",
        ):
            with self.subTest(model=model), self.assertRaises(AccessError):
                self.env[model].with_user(user).create({})
