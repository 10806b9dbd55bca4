# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .model_common import JobRecordCase

_FIGURES = (
    "waiting",
    "oldest",
    "scheduled",
    "wait_dependencies",
    "running",
    "failed",
    "failed_lately",
    "done",
    "slowest",
)


@tagged("post_install", "-at_install")
class TestDashboard(JobRecordCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.env["queue.job"].search([]).unlink()
        cls.company = cls.env.company
        cls.other = cls.env["res.company"].create({"name": "Other"})
        cls.manager = new_test_user(
            cls.env,
            "dashboard_manager",
            "queue_job.group_queue_job_manager",
            company_ids=[(6, 0, (cls.company | cls.other).ids)],
        )
        cls.user = new_test_user(cls.env, "dashboard_user", "base.group_user")

    def dashboard(self, *companies: models.BaseModel) -> models.BaseModel:
        allowed = [company.id for company in companies] or self.company.ids
        return (
            self.env["queue.job.dashboard"]
            .with_user(self.manager)
            .with_context(allowed_company_ids=allowed)
        )

    def behind(
        self, dashboard: models.BaseModel, what: str, hours: int = 1, **of: object
    ) -> models.BaseModel:
        """Return the jobs that a click on the figure opens."""
        opened = dashboard.open_jobs(what, hours, **of)
        order = ", ".join(
            f"{term['name']} {'asc' if term['asc'] else 'desc'}"
            for term in opened["order_by"]
        )
        jobs = dashboard.env["queue.job"]
        return jobs.search(opened["action"]["domain"], order=order or None)

    def test_only_managers_may_look(self) -> None:
        dashboard = self.env["queue.job.dashboard"].with_user(self.user)
        for method, arguments in (
            ("get_figures", ()),
            ("open_jobs", ("failed",)),
            ("retry_failures", ("KeyError",)),
        ):
            with self.assertRaisesRegex(AccessError, "Job Queue Manager"):
                getattr(dashboard, method)(*arguments)
        with self.assertRaises(AccessError):
            self.env["queue.job.doctor"].with_user(self.user).examine()

    def test_each_number_is_that_of_the_jobs_behind_it(self) -> None:
        now = fields.Datetime.now()
        for company in (self.company, self.other, self.other):
            values = {"company_id": company.id}
            self.make_job(**values)
            self.make_job(eta=now + timedelta(hours=1), **values)
            self.make_job("wait_dependencies", **values)
            self.make_job("started", date_started=now, **values)
            self.make_job("failed", date_done=now, **values)
            self.make_job("failed", date_done=now - timedelta(hours=3), **values)
            self.make_job("done", date_done=now, **values)
        for companies, times in (
            ([self.company], 1),
            ([self.other], 2),
            ([self.company, self.other], 3),
        ):
            dashboard = self.dashboard(*companies)
            backlog = dashboard.get_figures()["backlog"]
            for name, expected in (
                ("wait_dependencies", 1),
                ("scheduled", 1),
                ("running", 1),
                ("failed", 2),
                ("failed_lately", 1),
            ):
                self.assertEqual(backlog[name], expected * times, name)
                self.assertEqual(
                    len(self.behind(dashboard, name)), expected * times, name
                )
            self.assertEqual(backlog["waiting"], times)
            self.assertEqual(len(self.behind(dashboard, "waiting")), times)

    def test_a_longer_period(self) -> None:
        ended = fields.Datetime.now() - timedelta(hours=3)
        job = self.make_job("failed", date_done=ended)
        dashboard = self.dashboard()
        self.assertEqual(dashboard.get_figures(6)["backlog"]["failed_lately"], 1)
        self.assertEqual(self.behind(dashboard, "failed_lately", 6), job)
        self.assertFalse(self.behind(dashboard, "failed_lately"))

    def test_every_figure_can_be_opened(self) -> None:
        self.make_job()
        for figure in _FIGURES:
            self.behind(self.dashboard(), figure)
        with self.assertRaisesRegex(ValueError, "no figure 'faild'.*failed"):
            self.dashboard().open_jobs("faild")

    def test_oldest_and_slowest_come_first(self) -> None:
        now = fields.Datetime.now()
        new = self.make_job(date_created=now)
        old = self.make_job(date_created=now - timedelta(hours=1))
        self.assertEqual(self.behind(self.dashboard(), "oldest"), old | new)
        fast = self.make_job("done", date_done=now, exec_time=1)
        slow = self.make_job("done", date_done=now, exec_time=9)
        self.assertEqual(self.behind(self.dashboard(), "slowest"), slow | fast)

    def test_jobs_of_a_channel_and_those_below(self) -> None:
        self.make_job(channel="root.shopping")
        jobs = self.make_job(channel="root.shop") | self.make_job(
            channel="root.shop.orders"
        )
        found = self.behind(self.dashboard(), "open", channel="root.shop")
        self.assertEqual(found, jobs.sorted(lambda job: -job.id))

    def test_failures_of_a_function_and_an_exception(self) -> None:
        values = {"exc_name": "KeyError", "date_done": fields.Datetime.now()}
        job = self.make_job("failed", channel_method_name="<a>.f", **values)
        self.make_job("failed", channel_method_name="<a>.g", **values)
        found = self.behind(self.dashboard(), "failed_lately", function="<a>.f")
        self.assertEqual(found, job)
        found = self.behind(self.dashboard(), "failed", exc_name="KeyError")
        self.assertEqual(len(found), 2)

    def test_jobs_of_a_worker(self) -> None:
        job, _other = self.make_job(), self.make_job()
        self.take(7, job)
        self.assertEqual(self.behind(self.dashboard(), "open", worker_id=7), job)

    def test_the_list_of_workers_tells_what_they_have(self) -> None:
        worker = self.env["queue.job.worker"].create(
            {"name": "gone:7", "host": "gone", "date_start": fields.Datetime.now()}
        )
        self.take(worker.id, self.make_job())
        self.assertEqual((worker.is_alive, worker.jobs_count), (False, 1))
        action = worker.with_user(self.manager).open_jobs()
        self.assertEqual(action["name"], "gone:7")

    def test_retry_all_jobs_with_an_exception(self) -> None:
        mine = self.make_job("failed", exc_name="KeyError")
        others = self.make_job("failed", exc_name="KeyError", company_id=self.other.id)
        different = self.make_job("failed", exc_name="OSError")
        nameless = self.make_job("failed")
        self.assertEqual(self.dashboard().retry_failures("KeyError"), 1)
        jobs = mine | others | different | nameless
        self.assertEqual(
            jobs.mapped("state"), ["pending", "failed", "failed", "failed"]
        )
        self.assertEqual(
            self.behind(self.dashboard(), "failed", exc_name=False), nameless
        )
        self.assertEqual(self.dashboard().retry_failures(False), 1)
        self.assertEqual(nameless.state, "pending")

    def test_retrying_reads_no_traceback(self) -> None:
        for _number in range(5):
            self.make_job("failed", exc_name="KeyError", exc_info="Traceback")
        dashboard = self.dashboard()
        self.env.flush_all()
        dashboard.env.invalidate_all()
        with self.assertLogs("odoo.sql_db", "DEBUG") as log:
            self.assertEqual(dashboard.retry_failures("KeyError"), 5)
        reads = [line for line in log.output if '"queue_job"."exc_info"' in line]
        self.assertFalse(reads)

    def test_channels_are_those_of_the_database(self) -> None:
        channels = self.env["queue.job.channel"]
        shop = channels._find_or_create("root.shop")
        shop.write({"capacity": 3, "paused": True})
        channels._find_or_create("root.shop.orders")
        self.make_job(channel="root.shop.orders", company_id=self.other.id)
        found = {
            channel["complete_name"]: channel
            for channel in self.dashboard().get_figures()["channels"]
        }
        self.assertEqual(found["root.shop"]["waiting"], 1)
        self.assertEqual((found["root.shop"]["capacity"], True), (3, shop.paused))
        self.assertEqual(found["root.shop.orders"]["parent_id"], shop.id)
        self.assertEqual(found["root.shop.orders"]["depth"], 2)

    def test_the_doctor_looks(self) -> None:
        findings = self.env["queue.job.doctor"].with_user(self.manager).examine()
        self.assertIn("ok", {finding["level"] for finding in findings})
        self.assertTrue(
            all(finding["remedy"] for finding in findings if finding["level"] != "ok")
        )

    def test_opening_asks_the_same_whatever_there_is(self) -> None:
        dashboard = self.dashboard()
        dashboard.get_figures()
        self.env.flush_all()

        def queries() -> int:
            self.env.flush_all()
            dashboard.env.invalidate_all()
            before = self.env.cr.sql_log_count
            dashboard.get_figures()
            return self.env.cr.sql_log_count - before

        few = queries()
        for number in range(20):
            self.make_job("failed", exc_name=f"Error{number}")
            self.make_job()
        self.assertEqual(queries(), few)
