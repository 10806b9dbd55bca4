# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo.exceptions import AccessError
from odoo.service.model import get_public_method
from odoo.tests import new_test_user, tagged

from .model_common import JobRecordCase

MANAGER = "queue_job.group_queue_job_manager"


@tagged("post_install", "-at_install")
class TestSecurity(JobRecordCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.other_company = cls.env["res.company"].create({"name": "Other"})
        cls.manager = new_test_user(
            cls.env, "sec_manager", f"{MANAGER},base.group_allow_export"
        )
        cls.user = new_test_user(cls.env, "sec_user", "base.group_user")
        cls.portal = new_test_user(cls.env, "sec_portal", "base.group_portal")
        cls.admin = new_test_user(cls.env, "sec_admin", f"base.group_system,{MANAGER}")
        cls.both = new_test_user(
            cls.env,
            "sec_both",
            MANAGER,
            company_ids=[(6, 0, (cls.env.company | cls.other_company).ids)],
        )

    # -- who sees what -----------------------------------------------------------------

    def test_only_managers_have_access(self) -> None:
        job = self.make_job("failed")
        records = (
            job,
            self.env.ref("queue_job.channel_root"),
            self.env.ref("queue_job.job_function_queue_job__test_job"),
        )
        for record in records:
            for user in (self.user, self.portal):
                for operation in ("read", "write", "create", "unlink"):
                    with self.subTest(
                        model=record._name, user=user.login, op=operation
                    ):
                        self.assertFalse(record.with_user(user).has_access(operation))
            self.assertTrue(record.with_user(self.manager).has_access("read"))

    def test_buttons_check_access(self) -> None:
        job = self.make_job("failed")
        for user in (self.user, self.portal):
            for button in ("requeue", "button_done", "button_cancelled"):
                with self.subTest(user=user.login, button=button):
                    with self.assertRaises(AccessError):
                        getattr(job.with_user(user), button)()
        self.assertEqual(job.state, "failed")

    def test_nobody_creates_or_deletes(self) -> None:
        job = self.make_job()
        for user in (self.manager, self.admin):
            jobs = self.env["queue.job"].with_user(user)
            for operation in ("create", "unlink"):
                with self.subTest(user=user.login, operation=operation):
                    self.assertFalse(jobs.has_access(operation))
            with self.assertRaises(AccessError):
                job.with_user(user).unlink()
            with self.assertRaises(AccessError):
                jobs.create({"uuid": "x", "model_name": "res.users"})

    def test_create_is_no_method_of_the_api(self) -> None:
        jobs = self.env["queue.job"].with_user(self.admin)
        for method in ("create", "_test_job", "_change_job_state"):
            with self.subTest(method), self.assertRaises(AccessError):
                get_public_method(jobs, method)

    def test_a_sentinel_sent_by_a_client_opens_nothing(self) -> None:
        job = self.make_job()
        for forged in (True, 1, "EDIT_SENTINEL", {}):
            attempt = job.with_user(self.admin).with_context(_job_edit_sentinel=forged)
            with self.subTest(forged=forged), self.assertRaises(AccessError):
                attempt.write({"method_name": "unlink"})

    # -- companies ---------------------------------------------------------------------

    def test_jobs_of_other_companies_are_out_of_reach(self) -> None:
        own = self.make_job("failed")
        shared = self.make_job("failed", company_id=False)
        foreign = self.make_job("failed", company_id=self.other_company.id)
        jobs = self.env["queue.job"].with_user(self.manager)
        ids = (own | shared | foreign).ids
        self.assertEqual(jobs.search([("id", "in", ids)]), own | shared)
        self.assertFalse(
            jobs.name_search(foreign.name, domain=[("id", "=", foreign.id)])
        )
        groups = jobs._read_group([("id", "in", ids)], ["state"], ["__count"])
        self.assertEqual(groups, [("failed", 2)])
        with self.assertRaises(AccessError):
            jobs.browse(foreign.id).requeue()
        with self.assertRaises(AccessError):
            jobs.browse(foreign.id).export_data(["name"])

    def test_a_user_of_both_companies_sees_both(self) -> None:
        foreign = self.make_job(company_id=self.other_company.id)
        jobs = self.env["queue.job"].with_user(self.both)
        self.assertFalse(
            jobs.with_context(allowed_company_ids=self.env.company.ids).search(
                [("id", "=", foreign.id)]
            )
        )
        companies = (self.env.company | self.other_company).ids
        self.assertTrue(
            jobs.with_context(allowed_company_ids=companies).search(
                [("id", "=", foreign.id)]
            )
        )

    def test_a_picture_shows_no_job_of_another_company(self) -> None:
        own = self.make_job("pending", graph_uuid="g")
        foreign = self.make_job(
            "pending", graph_uuid="g", company_id=self.other_company.id, name="Secret"
        )
        self.link(foreign, own)
        graph = own.with_user(self.manager).dependency_graph
        self.assertEqual([node["id"] for node in graph["nodes"]], own.ids)
        self.assertEqual(graph["edges"], [])
        self.assertFalse(own.with_user(self.manager).dependency_ids)

    # -- what a job does, and as whom --------------------------------------------------

    def test_what_a_job_does_cannot_be_changed(self) -> None:
        job = self.make_job()
        values = {
            "uuid": "x",
            "graph_uuid": "x",
            "name": "x",
            "date_created": "2020-01-01 00:00:00",
            "model_name": "res.users",
            "method_name": "unlink",
            "func_string": "x",
            "channel_method_name": "x",
            "job_function_id": False,
            "records": self.env.user,
            "args": ["x"],
            "kwargs": {"x": 1},
            "result_json": {"x": 1},
            "position": {"x": 1},
            "job_batch_id": False,
            "dependency_ids": [(5,)],
            "dependent_ids": [(5,)],
        }
        self.assertEqual(set(values), set(job._protected_fields))
        for user in (self.manager, self.admin):
            for name, value in values.items():
                with self.subTest(user=user.login, field=name):
                    with self.assertRaisesRegex(AccessError, name):
                        job.with_user(user).write({name: value})

    def test_a_manager_cannot_make_a_job_run_as_someone_else(self) -> None:
        job = self.make_job(user_id=self.user.id)
        for vals in ({"user_id": self.admin.id}, {"company_id": self.other_company.id}):
            with self.assertRaisesRegex(AccessError, "administrator"):
                job.with_user(self.manager).write(vals)

    def test_an_administrator_can_and_it_is_logged(self) -> None:
        job = self.make_job(user_id=self.user.id)
        with self.assertLogs("odoo.addons.queue_job.models.queue_job") as logs:
            job.with_user(self.admin).write({"user_id": self.manager.id})
        self.assertIn(
            f"user changed from {self.user.id} to {self.manager.id} by {self.admin.id}",
            logs.output[0],
        )
        job.invalidate_recordset()
        self.assertEqual(job.user_id, self.manager)
        self.assertIn(self.manager.name, job.message_ids.body)
        self.assertEqual(job.records.env.uid, self.manager.id)

    def test_a_manager_may_reschedule(self) -> None:
        job = self.make_job().with_user(self.manager)
        job.write({"priority": 1, "max_retries": 3, "eta": "2030-01-01 00:00:00"})
        self.assertEqual((job.priority, job.max_retries), (1, 3))

    # -- configuration -----------------------------------------------------------------

    def test_managers_configure_channels_and_functions(self) -> None:
        channel = self.env["queue.job.channel"].with_user(self.manager)
        created = channel.create(
            {"name": "x", "parent_id": self.env.ref("queue_job.channel_root").id}
        )
        function = (
            self.env["queue.job.function"]
            .with_user(self.manager)
            .create({"name": "<res.partner>.x", "channel_id": created.id})
        )
        function.unlink()
        created.unlink()

    def test_the_configuration_is_read_for_every_user(self) -> None:
        functions = self.env["queue.job.function"]
        name = functions.create({"name": "<res.partner>.y"}).name
        config = functions.with_user(self.user).job_config(name)
        self.assertTrue(config.job_function_id)
