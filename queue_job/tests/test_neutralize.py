# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What ``odoo neutralize`` does to the jobs of a copied database."""

from __future__ import annotations

from pathlib import Path

from odoo.tests import tagged

from .model_common import JobRecordCase

NEUTRALIZE = Path(__file__).parents[1] / "data" / "neutralize.sql"


@tagged("post_install", "-at_install")
class TestNeutralize(JobRecordCase):
    def test_a_copy_runs_nothing_and_tells_nobody(self) -> None:
        function = self.env["queue.job.function"].create(
            {
                "name": "<res.partner>.export",
                "failure_webhook_url": "https://alerts.example.com",
                "failure_digest": True,
            }
        )
        started = self.make_job("started", graph_uuid="graph")
        waiting = self.make_job("wait_dependencies", graph_uuid="graph")
        self.link(started, waiting)
        waiting._watch(self.env.user)
        uuids = started.uuid, waiting.uuid
        self.env.flush_all()
        # The plan that PostgreSQL has for tables it knows nothing of yet.
        self.env.cr.execute(
            "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off;"
            "SET LOCAL enable_material = off"
        )
        self.env.cr.execute(NEUTRALIZE.read_text())
        self.env.invalidate_all()
        self.assertTrue(self.env.ref("queue_job.channel_root").paused)
        self.assertFalse(function.failure_webhook_url or function.failure_digest)
        self.assertFalse(waiting.is_watched)
        self.assertEqual(started.state, "pending")
        self.assertTrue({started.uuid, waiting.uuid}.isdisjoint(uuids))
        self.assertNotEqual(started.graph_uuid, "graph")
        self.assertEqual(started.graph_uuid, waiting.graph_uuid)
