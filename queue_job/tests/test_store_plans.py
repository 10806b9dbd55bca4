# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The plans of the hot queries: what they cost does not grow with the backlog."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from odoo.tests import tagged

from .store_common import StoreCase

BACKLOG = 50_000


@tagged("post_install", "-at_install")
class TestPlans(StoreCase):
    def setUp(self) -> None:
        super().setUp()
        self.configure("root:9,a:2,b:1:sequential")
        # Straight into the small table: the plans read no other one.
        self.sql(
            "INSERT INTO queue_job_ready"
            " SELECT number, lane.id, number %% 7, '2026-01-01',"
            "        CASE WHEN number %% 5 = 0 THEN timestamp '2099-01-01' END"
            "   FROM generate_series(1, %s) AS number"
            "   JOIN queue_job_lane AS lane ON lane.name ="
            "        (ARRAY['root', 'root.a', 'root.b'])[1 + number %% 3]",
            BACKLOG,
        )
        self.sql("ANALYZE queue_job_ready")

    def _query_in(self, function: str, beginning: str) -> str:
        """Return the query of a function that begins as given, up to its LOOP."""
        [(source,)] = self.sql(
            "SELECT prosrc FROM pg_proc WHERE oid = %s::regproc", function
        )
        found = re.search(rf"FOR \w+ IN\s+({beginning}.*?)\s+LOOP", source, re.DOTALL)
        self.assertTrue(found, f"no such query in {function}()")
        return found[1]

    def _explain(self, query: str) -> list[dict[str, Any]]:
        """Run a query and return the nodes of its plan."""
        [(plan,)] = self.sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {query}")
        plan = plan if isinstance(plan, list) else json.loads(plan)
        return list(_nodes(plan[0]["Plan"]))

    def test_claim(self) -> None:
        wanted = 10
        query = self._query_in("queue_job_pick", "SELECT head.job_id")
        for name, value in (
            ("wanted", str(wanted)),
            ("skipped", "'{}'"),
            ("busy", "'{}'"),
        ):
            query = re.sub(rf"\b{name}\b", value, query)
        nodes = self._explain(query)
        scans = [node for node in nodes if node.get("Alias") == "ready"]
        self.assertEqual(
            [scan.get("Index Name") for scan in scans], ["queue_job_ready_order_index"]
        )
        # Three lanes, of which the sequential one gives one job.
        rows = sum(scan["Actual Rows"] * scan["Actual Loops"] for scan in scans)
        self.assertLessEqual(rows, 3 * wanted)
        for scan in self._scans(nodes):
            self.assertIn("Index", scan["Node Type"])
            read = scan["Actual Rows"] + scan.get("Rows Removed by Filter", 0)
            self.assertLessEqual(read * scan["Actual Loops"], 3 * wanted)

    def _scans(self, nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the nodes that read the table of ready jobs."""
        return [
            node
            for node in nodes
            if node.get("Relation Name") == "queue_job_ready"
            and node["Node Type"].endswith("Scan")
        ]

    def test_promotion_of_what_is_due(self) -> None:
        nodes = self._explain(
            "SELECT job_id FROM queue_job_ready AS ready"
            " WHERE ready.eta <= now() AT TIME ZONE 'UTC'"
            " ORDER BY ready.eta LIMIT 1000 FOR UPDATE SKIP LOCKED"
        )
        [scan] = [node for node in nodes if node.get("Alias") == "ready"]
        self.assertEqual(scan["Index Name"], "queue_job_ready_eta_index")
        self.assertEqual(scan["Actual Rows"], 0)

    def test_search_for_jobs_without_a_lane(self) -> None:
        [(source,)] = self.sql(
            "SELECT prosrc FROM pg_proc WHERE oid = 'queue_job_adopt'::regproc"
        )
        found = re.search(r"WITH RECURSIVE.*?(?=;)", source, re.DOTALL)
        self.assertTrue(found, "no such query in queue_job_adopt()")
        for scan in self._scans(self._explain(found[0].replace("INTO gone", ""))):
            self.assertEqual(scan["Index Name"], "queue_job_ready_order_index")
            self.assertLessEqual(scan["Actual Rows"], 1)


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from _nodes(child)
