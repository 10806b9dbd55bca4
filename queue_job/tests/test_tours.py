# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from datetime import date

from odoo.tests import HttpCase, new_test_user, tagged

from .model_common import JobRecordCase

JOBS = "/odoo/jobs"
CHANNELS = "/odoo/action-queue_job.action_queue_job_channel"

_PURE_FUNCTIONS = """
const modules = odoo.loader.modules;
const { layoutGraph } = modules.get("@queue_job/job_graph/graph_layout");
const { formatJobDuration } = modules.get("@queue_job/job_fields/job_duration");
const { formatJobValue } = modules.get("@queue_job/job_fields/job_serialized");

function assertEqual(found, expected) {
    if (JSON.stringify(found) !== JSON.stringify(expected)) {
        throw new Error(`${JSON.stringify(found)} !== ${JSON.stringify(expected)}`);
    }
}

const durations = {
    0: "", 0.0004: "1 ms", 0.25: "250 ms", 3.44: "3.4 s", 75: "1 min 15 s",
    4900: "1 h 21 min", 273600: "3 d 4 h",
};
for (const [seconds, text] of Object.entries(durations)) {
    assertEqual(String(formatJobDuration(Number(seconds))), text);
}
assertEqual(
    formatJobValue([
        1, null, "a", { b: true },
        { _type: "odoo_recordset", model: "res.partner", ids: [3, 4], uid: 2 },
        { _type: "date_isoformat", value: "2026-11-01" },
    ]),
    '[1, null, "a", {b: true}, res.partner(3, 4), date(2026-11-01)]'
);

// 1 -> 2, 3 -> 4, and 1 -> 4: the longest way decides the column.
const nodes = [1, 2, 3, 4].map((id) => ({ id }));
const layout = layoutGraph(nodes, [[1, 2], [1, 3], [2, 4], [3, 4], [1, 4]]);
const columns = layout.nodes.map((node) => node.x);
assertEqual(columns[1], columns[2]);
assertEqual([columns[0] < columns[1], columns[1] < columns[3]], [true, true]);
assertEqual(new Set(layout.nodes.map((node) => `${node.x},${node.y}`)).size, 4);
assertEqual(layout.edges.length, 5);
// A cycle, or an edge to a job that is not shown, must not hang or break the page.
assertEqual(layoutGraph(nodes, [[1, 2], [2, 1], [3, 99]]).edges.length, 2);
assertEqual(layoutGraph([], []).nodes, []);
console.log("test successful");
"""


@tagged("post_install", "-at_install")
class TestTours(JobRecordCase, HttpCase):
    """The screens, in a real browser, as a job queue manager."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env, "tour_manager", "queue_job.group_queue_job_manager"
        )
        cls.env["queue.job"].search([]).unlink()

    def setUp(self) -> None:
        super().setUp()
        self.failed = self.make_job(
            "failed",
            name="Tour failed",
            kwargs={"force": True, "since": date(2026, 11, 1)},
            exc_name="requests.exceptions.ConnectionError",
            exc_message="Shop is closed",
            exc_info="Traceback (most recent call last):\n  <b>no html</b>",
        )
        self.pending = self.make_job("pending", name="Tour pending")
        self.started = self.make_job("started", name="Tour started")
        self.done = self.make_job("done", name="Tour done")

    def run_tour(self, url: str, name: str) -> None:
        self.start_tour(url, name, login=self.manager.login)
        self.env.invalidate_all()

    def test_pure_functions_of_the_widgets(self) -> None:
        self.browser_js(
            "/odoo/jobs", _PURE_FUNCTIONS, "odoo.isReady === true", self.manager.login
        )

    def test_filter_failed_and_requeue(self) -> None:
        self.run_tour(JOBS, "queue_job_requeue")
        self.assertEqual(self.failed.state, "pending")
        self.assertEqual(self.pending.state, "pending")

    def test_cancel(self) -> None:
        self.run_tour(JOBS, "queue_job_cancel")
        self.assertEqual(self.pending.state, "cancelled")
        self.assertIn(self.manager.name, self.pending.result)

    def test_set_done_by_the_wizard(self) -> None:
        self.run_tour(JOBS, "queue_job_set_done")
        self.assertEqual(self.failed.state, "done")
        self.assertEqual(self.started.state, "started")

    def test_graph(self) -> None:
        parent = self.make_job("failed", name="Tour parent", graph_uuid="g")
        child = self.make_job("wait_dependencies", name="Tour child", graph_uuid="g")
        self.link(parent, child, on_failure="run")
        self.run_tour(JOBS, "queue_job_graph")

    def test_graph_is_live(self) -> None:
        parent = self.make_job("started", name="Tour parent", graph_uuid="g")
        child = self.make_job("wait_dependencies", name="Tour child", graph_uuid="g")
        self.link(parent, child)
        self.run_tour(JOBS, "queue_job_graph_live")

    def test_screens_show_what_workers_do(self) -> None:
        self.run_tour(JOBS, "queue_job_live")

    def test_pause_a_channel(self) -> None:
        channel = self.env["queue.job.channel"]._find_or_create("root.tour")
        self.run_tour(CHANNELS, "queue_job_pause_channel")
        self.assertTrue(channel.paused)
