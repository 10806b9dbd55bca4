# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from odoo import fields, models
from odoo.tests import tagged

from ..operate import figures
from ..operate.throughput import throughput
from ..store import sample
from .model_common import JobRecordCase


@tagged("post_install", "-at_install")
class TestFigures(JobRecordCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.env["queue.job"].search([]).unlink()
        cls.env.cr.execute("DELETE FROM queue_job_stat")
        cls.env.cr.execute("DELETE FROM queue_job_total")
        cls.env.cr.execute("DELETE FROM queue_job_worker")
        cls.company = cls.env.company
        cls.other = cls.env["res.company"].create({"name": "Other"})

    def add(self, **row: Any) -> None:
        """Add what a worker counted."""
        values = {
            "function": "<res.partner>.export",
            "channel": "root",
            "company_id": self.company.id,
            "outcome": "done",
            "attempts": 1,
            "run_seconds": 1.0,
            "wait_seconds": 0.0,
            "run_histogram": [1],
            "wait_histogram": [1],
            **row,
        }
        self.env.cr.execute(
            "SELECT queue_job_add_statistics(%s::jsonb)", [json.dumps([values])]
        )

    def backlog(self, *companies: models.BaseModel) -> figures.Backlog:
        self.env.flush_all()
        ids = [company.id for company in companies] or None
        return figures.backlog(self.env.cr, ids)

    def test_an_empty_queue(self) -> None:
        found = self.backlog()
        self.assertEqual(
            found, figures.Backlog(0, 0, 0, 0, 0, 0, None, None, is_exact=True)
        )
        ends, functions = throughput(self.env.cr)
        self.assertEqual((ends.outcomes, functions), ({}, []))
        self.assertIsNone(ends.wait_p95)
        self.assertEqual(figures.failures(self.env.cr), [])

    def test_each_job_is_counted_where_it_stands(self) -> None:
        now = fields.Datetime.now()
        self.make_job(date_created=now - timedelta(seconds=90), priority=20)
        self.make_job(date_created=now - timedelta(seconds=30), priority=5)
        self.make_job(eta=now + timedelta(hours=1))
        self.make_job("wait_dependencies")
        self.make_job("done")
        self.make_job("cancelled")
        self.make_job("failed", date_done=now)
        self.make_job("failed", date_done=now - timedelta(hours=2))
        ahead, running = self.make_job(), self.make_job()
        self.take(1, ahead)
        self.take(1, running)
        running.write({"state": "started", "date_started": now - timedelta(seconds=9)})
        found = self.backlog()
        self.assertEqual((found.waiting, found.scheduled), (3, 1))
        self.assertEqual((found.wait_dependencies, found.running), (1, 1))
        self.assertEqual((found.failed, found.failed_lately), (2, 1))
        self.assertGreaterEqual(found.oldest_wait, 90)
        self.assertLess(found.oldest_wait, 3600)
        self.assertGreaterEqual(found.longest_run, 9)

    def test_the_oldest_job_is_found_behind_more_urgent_ones(self) -> None:
        now = fields.Datetime.now()
        for number, channel in enumerate(("root.a", "root.b", "root.c")):
            self.env["queue.job.channel"]._find_or_create(channel)
            for priority in (1, 7, 3):
                age = timedelta(minutes=number * 10 + priority)
                self.make_job(
                    channel=channel, priority=priority, date_created=now - age
                )
        self.assertGreaterEqual(self.backlog().oldest_wait, 27 * 60)

    def test_jobs_in_the_line_of_a_rate_wait(self) -> None:
        job = self.make_job()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE queue_job_ready SET eta = queue_job_in_line() WHERE job_id = %s",
            [job.id],
        )
        found = self.backlog()
        self.assertEqual((found.waiting, found.scheduled), (1, 0))
        root = self.env.ref("queue_job.channel_root")
        self.assertEqual((root.waiting_count, root.scheduled_count), (1, 0))

    def test_jobs_of_a_company_and_of_none(self) -> None:
        for company in (self.company, self.other, self.other, None):
            values = {"company_id": company and company.id, "date_done": "2026-01-01"}
            self.make_job(**values)
            self.make_job("failed", exc_name="ValueError", **values)
            self.take(1, started := self.make_job(**values))
            started.state = "started"
        for companies, expected in (
            ([], 4),
            ([self.company], 2),
            ([self.other], 3),
            ([self.company, self.other], 4),
        ):
            found = self.backlog(*companies)
            self.assertEqual(
                (found.waiting, found.running, found.failed), (expected,) * 3
            )
            ids = [company.id for company in companies] or None
            (group,) = figures.failures(self.env.cr, ids)
            self.assertEqual(group.count, expected)

    def test_failures_are_grouped_by_exception(self) -> None:
        for exception, function, message in (
            ("KeyError", "<a>.f", "first"),
            ("KeyError", "<a>.g", "last"),
            ("OSError", "<a>.f", "disk"),
        ):
            self.make_job(
                "failed",
                exc_name=exception,
                exc_message=message,
                channel_method_name=function,
            )
        requeued = self.make_job("failed", exc_name="OSError")
        requeued.requeue()
        self.env.flush_all()
        found = figures.failures(self.env.cr)
        self.assertEqual(
            [
                (group.exc_name, group.count, group.functions, group.message)
                for group in found
            ],
            [("KeyError", 2, 2, "last"), ("OSError", 1, 1, "disk")],
        )

    def test_throughput_of_a_company(self) -> None:
        self.add(attempts=3, run_seconds=6.0, run_histogram=[0, 0, 3])
        self.add(outcome="failed", run_seconds=2.0)
        self.add(function="<a>.slow", run_seconds=60.0, run_histogram=[0] * 30 + [1])
        self.add(company_id=self.other.id, attempts=100, run_seconds=100.0)
        self.add(company_id=0, outcome="retried")
        ends, functions = throughput(self.env.cr, [self.company.id])
        self.assertEqual(ends.outcomes, {"done": 4, "failed": 1, "retried": 1})
        self.assertEqual(functions[0].function, "<a>.slow")
        self.assertEqual((functions[1].attempts, functions[1].failed), (5, 1))
        self.assertAlmostEqual(functions[0].run_p95, 33, delta=6)
        self.assertLess(functions[1].run_p95, 0.01)
        everything, _functions = throughput(self.env.cr)
        self.assertEqual(everything.outcomes["done"], 104)

    def test_series_and_rates(self) -> None:
        self.add(attempts=10)
        self.add(attempts=5, channel="root.shop")
        self.env.cr.execute(
            "UPDATE queue_job_stat SET minute = minute - interval '3 hours'"
            " WHERE channel = 'root.shop'"
        )
        self.assertEqual(figures.rates(self.env.cr), {"root": 2.0})
        hour, _functions = throughput(self.env.cr)
        self.assertEqual([count for _begin, _outcome, count in hour.series], [10])
        day, _functions = throughput(self.env.cr, hours=24, step=30)
        self.assertEqual([count for _begin, _outcome, count in day.series], [5, 10])
        for begin, _outcome, _count in day.series:
            self.assertIn((begin.minute, begin.second), [(0, 0), (30, 0)])

    def test_counters_since_the_installation(self) -> None:
        self.add(attempts=2)
        self.add(attempts=4, run_histogram=[0, 2])
        self.add(attempts=3, company_id=self.other.id)
        self.env.cr.execute("DELETE FROM queue_job_stat")
        mine, other = figures.totals(self.env.cr)
        self.assertEqual(
            (mine.function, mine.outcome), ("<res.partner>.export", "done")
        )
        self.assertEqual((mine.attempts, mine.run_seconds), (6, 2.0))
        self.assertEqual((mine.run_histogram, mine.wait_histogram), ([1, 2], [2]))
        self.assertEqual(other.attempts, 3)

    def test_workers_that_hold_no_lock_are_not_alive(self) -> None:
        worker = self.env["queue.job.worker"].create(
            {"name": "gone", "host": "h", "date_start": fields.Datetime.now()}
        )
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT pg_advisory_xact_lock(hashtext('queue_job'), %s)", [worker.id + 1]
        )
        alive = self.env["queue.job.worker"].create(
            {"name": "alive", "host": "i", "date_start": fields.Datetime.now()}
        )
        self.env.flush_all()
        self.assertEqual(alive.id, worker.id + 1)
        self.assertEqual(
            [(found.host, found.is_alive) for found in figures.workers(self.env.cr)],
            [("h", False), ("i", True)],
        )

    def test_a_large_table_is_sampled(self) -> None:
        self.env.cr.execute(
            "INSERT INTO queue_job_ready (job_id, lane_id, priority, created)"
            " SELECT 1000000000 + n, queue_job_lane_for('root'), 10, now()"
            "   FROM generate_series(1, 3000) AS n"
        )
        self.env.cr.execute("ANALYZE queue_job_ready")
        self.patch(sample.sample, "__defaults__", (1000,))
        found = self.backlog()
        self.assertFalse(found.is_exact)
        self.assertAlmostEqual(found.waiting, 3000, delta=1500)
        channel = self.env.ref("queue_job.channel_root")
        self.assertEqual(channel.waiting_count, found.waiting)
