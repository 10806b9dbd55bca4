# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from odoo import fields, models
from odoo.tests import HttpCase, new_test_user, tagged

from ..core.progress import Progress
from .model_common import JobRecordCase

DASHBOARD = "/odoo/job-queue"
DOCTOR = "/odoo/job-queue-doctor"

_PURE_FUNCTIONS = """
const modules = odoo.loader.modules;
const { barsOf } = modules.get("@queue_job/dashboard/throughput_chart");
const { formatCount } = modules.get("@queue_job/dashboard/format");
const { DateTime } = luxon;

function assertEqual(found, expected) {
    if (JSON.stringify(found) !== JSON.stringify(expected)) {
        throw new Error(`${JSON.stringify(found)} !== ${JSON.stringify(expected)}`);
    }
}

const counts = { 0: "0", 7: "7", 0.42: "0.4", 12.6: "13", 12345: "12,345" };
for (const [count, text] of Object.entries(counts)) {
    assertEqual(formatCount(Number(count)), text);
}
assertEqual(formatCount(1234567), "1.2M");

// Half an hour off UTC: the bars are the server's all the same.
for (const zone of ["UTC", "Asia/Kolkata"]) {
    const now = DateTime.fromISO("2026-11-23T10:47:31Z").setZone(zone);
    const series = [
        ["2026-11-23 10:40:00", "done", 5],
        ["2026-11-23 10:40:00", "failed", 2],
        ["2026-11-22 11:00:00", "done", 1],
        ["2026-11-20 11:00:00", "done", 99],
    ];
    const bars = barsOf(series, now, 24, 20);
    assertEqual(bars.length, 72);
    assertEqual([bars[71].total, bars[71].counts.failed], [7, 2]);
    assertEqual(bars[0].total, 1);
    assertEqual(bars.reduce((sum, bar) => sum + bar.total, 0), 8);
    assertEqual(bars[71].begin.zoneName, zone);
    assertEqual(barsOf([], now, 1, 1).length, 60);
}
console.log("test successful");
"""


@tagged("post_install", "-at_install")
class TestDashboardTours(JobRecordCase, HttpCase):
    """Dashboard, doctor and top bar, in a real browser."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env, "dashboard_tours", "queue_job.group_queue_job_manager"
        )
        cls.env["queue.job"].search([]).unlink()
        cls.env.cr.execute("DELETE FROM queue_job_stat")

    def add_method(self, model: str, name: str, method: Callable[..., Any]) -> None:
        """Give the model a method that a tour can call, for this test."""
        cls = self.registry[model]
        setattr(cls, name, method)
        self.addCleanup(delattr, cls, name)

    def run_tour(self, url: str, name: str, login: str | None = None) -> None:
        self.env.flush_all()
        self.start_tour(url, name, login=login or self.manager.login)
        self.env.invalidate_all()

    def failed_job(self, **vals: Any) -> models.BaseModel:
        """Store a job that failed just now."""
        return self.make_job("failed", date_done=fields.Datetime.now(), **vals)

    def run_job(self, **vals: Any) -> models.BaseModel:
        """Store a job that a worker has and runs."""
        job = self.make_job(**vals)
        self.take(1, job)
        job.write({"state": "started", "date_started": fields.Datetime.now()})
        return job

    def test_pure_functions_of_the_dashboard(self) -> None:
        self.browser_js(
            DASHBOARD, _PURE_FUNCTIONS, "odoo.isReady === true", self.manager.login
        )

    def test_figures_open_jobs_and_failures_are_retried(self) -> None:
        failed = self.failed_job(name="Tour failed", exc_name="OSError")
        keys = self.failed_job(name="Tour key 1", exc_name="KeyError")
        keys |= self.failed_job(name="Tour key 2", exc_name="KeyError")
        self.make_job(name="Tour pending")
        self.make_job(
            "failed",
            name="Tour old",
            exc_name="OSError",
            date_done=fields.Datetime.subtract(fields.Datetime.now(), hours=5),
        )
        menu = self.env.ref("queue_job.menu_queue_job_root")
        self.run_tour(f"/odoo?menu_id={menu.id}", "queue_job_dashboard")
        self.assertEqual(set(keys.mapped("state")), {"pending"})
        self.assertEqual(failed.state, "failed")

    def test_channels_are_set_in_place(self) -> None:
        channel = self.env["queue.job.channel"]._find_or_create("root.shop")
        channel.capacity = 2
        self.make_job(name="Tour channel", channel="root.shop")
        self.make_job(name="Tour pending")
        self.run_tour(DASHBOARD, "queue_job_dashboard_channels")
        self.assertEqual((channel.capacity, channel.paused), (7, True))

    def test_the_bus_refreshes_the_dashboard(self) -> None:
        self.failed_job(name="Tour failed")
        self.add_method(
            "queue.job.dashboard",
            "announce_for_tour",
            lambda dashboard: dashboard.sudo()._announce_activity(),
        )
        self.run_tour(DASHBOARD, "queue_job_dashboard_live")

    def test_doctor(self) -> None:
        root = self.env.ref("queue_job.channel_root")
        root.action_pause()
        # The doctor looks through a connection of its own, which sees nothing of this
        # test's transaction.
        self.patch_patient()
        self.run_tour(DOCTOR, "queue_job_doctor")
        self.assertFalse(root.paused)

    def patch_patient(self) -> None:
        """Let the doctor's questions be answered by the test's transaction."""
        from ..operate.doctor import Patient

        cr = self.env.cr

        def rows(_patient: Patient, query: str, *parameters: Any) -> list[Any]:
            cr.execute(query, parameters or None)
            return cr.fetchall() if cr.description else []

        self.patch(Patient, "rows", rows)

    def test_top_bar(self) -> None:
        user = new_test_user(self.env, "own_jobs", "queue_job.group_queue_job_user")
        self.failed_job(
            name="Tour failed", user_id=user.id, exc_message="Shop is closed"
        )
        self.failed_job(name="Tour of another")
        job = self.run_job(name="Tour running", user_id=user.id)
        job._report_progress(Progress(2, 5, "page 2"))
        self.add_method(
            "queue.job",
            "report_for_tour",
            lambda jobs, done, total: jobs.sudo()._report_progress(
                Progress(done, total)
            ),
        )
        self.run_tour("/odoo/jobs", "queue_job_systray", user.login)


@tagged("post_install", "-at_install")
class TestMyJobs(JobRecordCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.user = new_test_user(cls.env, "mine", "queue_job.group_queue_job_user")

    def test_failed_jobs_of_the_user(self) -> None:
        now = fields.Datetime.now()
        mine = {"user_id": self.user.id, "date_done": now}
        for number in range(10):
            self.make_job("failed", name=f"Job {number}", exc_name="OSError", **mine)
        self.make_job("failed", date_done=now)
        old = fields.Datetime.subtract(now, days=8)
        self.make_job("failed", user_id=self.user.id, date_done=old)
        self.env.flush_all()
        found = self.env["queue.job"].with_user(self.user).get_my_jobs()
        self.assertEqual((found["failed_count"], len(found["failed"])), (10, 5))
        self.assertEqual(found["failed"][0]["message"], "OSError")
        self.assertEqual(found["running"], [])

    def test_users_without_access_have_none(self) -> None:
        stranger = new_test_user(self.env, "stranger", "base.group_user")
        self.make_job("failed", user_id=stranger.id, date_done=fields.Datetime.now())
        self.env.flush_all()
        found = self.env["queue.job"].with_user(stranger).get_my_jobs()
        self.assertEqual(found, {"running": [], "failed": [], "failed_count": 0})
