# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How attempts ended, counted by workers and added up in the database."""

from __future__ import annotations

import json
import math
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import tagged
from odoo.tests.common import BaseCase

from ..core.histogram import bucket_of, quantile, upper_bound
from ..core.states import JobState
from ..runtime.statistics import Statistics
from .store_common import StoreCase

_CREATED = datetime(2026, 11, 23, 8, 0)
_seconds = st.floats(0, 500_000)


class TestHistogram(BaseCase):
    @settings(deadline=None, database=None)
    @given(_seconds)
    def test_a_duration_lies_between_the_bounds_of_its_bucket(
        self, value: float
    ) -> None:
        bucket = bucket_of(value)
        self.assertLessEqual(value, upper_bound(bucket) * (1 + 1e-6))
        if bucket:
            self.assertGreater(value, upper_bound(bucket - 1) * (1 - 1e-6))

    @settings(deadline=None, database=None)
    @given(st.lists(st.floats(0.002, 100_000), min_size=1), st.floats(0.01, 1))
    def test_a_quantile_is_about_right(self, values: list[float], share: float) -> None:
        counts = [0] * 61
        for value in values:
            counts[bucket_of(value)] += 1
        rank = max(0, math.ceil(share * len(values)) - 1)
        exact = sorted(values)[min(rank, len(values) - 1)]
        found = quantile(counts, share)
        self.assertLessEqual(exact / 1.4143, found * (1 + 1e-6))
        self.assertLessEqual(found, exact * 1.4143 * (1 + 1e-6))

    def test_nothing_counted_has_no_quantile(self) -> None:
        self.assertIsNone(quantile([], 0.95))
        self.assertIsNone(quantile([0, 0], 0.95))


class _Collector:
    """A control connection that keeps what it is told to add."""

    def __init__(self) -> None:
        self.added: list[list[dict[str, Any]]] = []

    def add_statistics(self, rows: str) -> None:
        self.added.append(json.loads(rows))


def _job(**values: Any) -> Any:
    defaults = {
        "job_function_name": "<res.partner>.export",
        "channel": "root.shop",
        "company_id": 1,
        "retry": 1,
        "graph_uuid": None,
        "date_created": _CREATED,
        "date_started": _CREATED + timedelta(seconds=3),
        "eta": None,
    }
    return SimpleNamespace(**{**defaults, **values})


class TestCounting(BaseCase):
    def counted(self, *ends: tuple[Any, JobState, float]) -> list[dict[str, Any]]:
        statistics, collector = Statistics(), _Collector()
        for end in ends:
            statistics.count(*end)
        statistics.write(collector, now=True)
        (rows,) = collector.added
        return rows

    def test_attempts_are_added_up_by_function_channel_company_and_outcome(
        self,
    ) -> None:
        rows = self.counted(
            (_job(), JobState.DONE, 0.5),
            (_job(), JobState.DONE, 1.5),
            (_job(), JobState.PENDING, 1.0),
            (_job(company_id=None, channel=None), JobState.FAILED, 1.0),
        )
        found = {
            (row["channel"], row["company_id"], row["outcome"]): row["attempts"]
            for row in rows
        }
        self.assertEqual(
            found,
            {
                ("root.shop", 1, "done"): 2,
                ("root.shop", 1, "retried"): 1,
                ("root", 0, "failed"): 1,
            },
        )
        self.assertEqual(rows[0]["run_seconds"], 2.0)
        self.assertEqual(sum(rows[0]["run_histogram"]), 2)

    def test_waiting_begins_when_the_job_may_run(self) -> None:
        later = _CREATED + timedelta(seconds=2)
        (row,) = self.counted((_job(eta=later), JobState.DONE, 0.0))
        self.assertEqual(row["wait_seconds"], 1.0)

    def test_waiting_for_parents_and_for_another_try_is_not_the_queue_s(self) -> None:
        rows = self.counted(
            (_job(graph_uuid="g"), JobState.DONE, 0.0),
            (_job(retry=2), JobState.DONE, 0.0),
        )
        self.assertEqual((rows[0]["attempts"], rows[0]["wait_histogram"]), (2, []))

    def test_nothing_is_written_twice_nor_too_often(self) -> None:
        statistics, collector = Statistics(), _Collector()
        statistics.write(collector, now=True)
        self.assertFalse(collector.added)
        statistics.count(_job(), JobState.DONE, 1.0)
        statistics.write(collector)
        statistics.count(_job(), JobState.DONE, 1.0)
        statistics.write(collector)
        self.assertEqual(len(collector.added), 1)
        statistics.write(collector, now=True)
        self.assertEqual([rows[0]["attempts"] for rows in collector.added], [1, 1])


@tagged("post_install", "-at_install")
class TestStatisticsStore(StoreCase):
    def setUp(self) -> None:
        super().setUp()
        self.addCleanup(self.sql, "DELETE FROM queue_job_stat")

    def add(self, *rows: dict[str, Any]) -> None:
        defaults = {
            "function": "f",
            "channel": "root",
            "company_id": 1,
            "outcome": "done",
            "attempts": 1,
            "run_seconds": 1.0,
            "wait_seconds": 0.5,
            "run_histogram": [0, 1],
            "wait_histogram": [],
        }
        self.control.add_statistics(json.dumps([{**defaults, **row} for row in rows]))

    def test_workers_add_to_the_same_rows(self) -> None:
        batches = [[{"function": f"f{number}"} for number in range(40)]] * 2
        workers = [self.worker() for _batch in batches]
        self.add(*batches[0])
        expected = self.sql("SELECT count(*) FROM queue_job_stat")
        rows = [
            {"function": f"f{number}", "run_histogram": [1, 0, 2]}
            for number in range(40)
        ]

        def add(worker: Any, rows: list[dict[str, Any]]) -> None:
            payload = [
                {
                    "channel": "root",
                    "company_id": 1,
                    "outcome": "done",
                    "attempts": 3,
                    "run_seconds": 1.0,
                    "wait_seconds": 0.0,
                    "wait_histogram": [1],
                    **row,
                }
                for row in rows
            ]
            worker.add_statistics(json.dumps(payload))

        self.together(
            lambda: add(workers[0], rows), lambda: add(workers[1], rows[::-1])
        )
        sums = self.sql("SELECT sum(attempts) FROM queue_job_stat GROUP BY function")
        self.assertEqual({total for (total,) in sums}, {7})
        # A minute may have ended meanwhile: two rows for a function at most.
        histograms = self.sql(
            """
            SELECT function, n, sum(count)
              FROM queue_job_stat,
                   unnest(run_histogram) WITH ORDINALITY AS bucket (count, n)
             GROUP BY function, n ORDER BY function, n
            """
        )
        self.assertEqual([int(count) for _f, _n, count in histograms[:3]], [2, 1, 4])
        self.assertEqual(expected, [(40,)])

    def test_old_rows_are_folded_and_sums_stay(self) -> None:
        for age, function in (
            ("1 hour", "f"),
            ("3 days", "f"),
            ("3 days 1 minute", "g"),
            ("100 days", "f"),
            ("101 days", "f"),
        ):
            self.add({"function": function, "run_histogram": [1, 2]})
            self.sql(
                """
                UPDATE queue_job_stat
                   SET minute = CASE WHEN %s LIKE '%%hour%%' THEN minute
                                ELSE date_trunc('hour', minute) END
                              - %s::interval + interval '1 minute'
                 WHERE minute > now() AT TIME ZONE 'UTC' - interval '2 minutes'
                """,
                age,
                age,
            )
        before = self.sql("SELECT sum(attempts), sum(run_seconds) FROM queue_job_stat")
        self.sql("SELECT queue_job_fold_statistics()")
        self.assertEqual(
            self.sql("SELECT sum(attempts), sum(run_seconds) FROM queue_job_stat"),
            before,
        )
        self.assertEqual(
            self.sql(
                "SELECT attempts, run_histogram FROM queue_job_stat"
                " WHERE minute = 'epoch'"
            ),
            [(2, [2, 4])],
        )
        self.assertEqual(
            self.sql(
                "SELECT count(*) FROM queue_job_stat WHERE minute > 'epoch'"
                " AND minute < now() AT TIME ZONE 'UTC' - interval '2 days'"
                " AND minute <> date_trunc('hour', minute)"
            ),
            [(0,)],
        )
        self.assertEqual(self.sql("SELECT queue_job_fold_statistics()"), [(0,)])
