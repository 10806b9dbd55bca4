# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Metrics and health: what they tell, and whom."""

from __future__ import annotations

import json
from typing import Any
from unittest.mock import patch

from prometheus_client.parser import text_string_to_metric_families

from odoo import fields
from odoo.tests import HttpCase, tagged

from ..models.res_config_settings import MONITORING_TOKEN
from ..operate import health, metrics
from ..store.control import LEADER_LOCK
from .model_common import JobRecordCase

TOKEN = "correct horse battery staple"


class MonitoringCase(JobRecordCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.env["queue.job"].search([]).unlink()
        for table in ("stat", "total", "worker"):
            cls.env.cr.execute(f"DELETE FROM queue_job_{table}")
        cls.channels = cls.env["queue.job.channel"]
        cls.channels._find_or_create("root").capacity = 4
        cls.shop = cls.channels._find_or_create("root.shop")

    def register_worker(self, alive: bool = True) -> int:
        """Register a worker as workers do; a dead one holds no lock."""
        worker = self.env["queue.job.worker"].create(
            {
                "name": "h:1",
                "host": "h",
                "mode": "dedicated",
                "date_start": fields.Datetime.now(),
            }
        )
        self.env.flush_all()
        if alive:
            self.env.cr.execute(
                "SELECT pg_advisory_xact_lock(hashtext('queue_job'), %s)", [worker.id]
            )
        return worker.id

    def lead(self) -> None:
        """Hold the leader's lock."""
        self.env.cr.execute("SELECT pg_advisory_xact_lock(%s)", [LEADER_LOCK])

    def age(self, seconds: int) -> None:
        """Make all jobs that wait older."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE queue_job_ready SET created = created - make_interval(secs => %s)",
            [seconds],
        )

    def count(self, **row: Any) -> None:
        """Add what a worker counted."""
        values = {
            "function": "<res.partner>.export",
            "channel": "root.shop",
            "company_id": 1,
            "outcome": "done",
            "attempts": 3,
            "run_seconds": 0.5,
            "wait_seconds": 2.0,
            "run_histogram": [1, 2],
            "wait_histogram": [0, 0, 0, 0, 0, 0, 3],
            **row,
        }
        self.env.cr.execute(
            "SELECT queue_job_add_statistics(%s::jsonb)", [json.dumps([values])]
        )


@tagged("post_install", "-at_install")
class TestMetrics(MonitoringCase):
    def read(self) -> dict[str, dict[tuple[str, ...], float]]:
        """Return the values by name and labels but the database, as Prometheus does."""
        self.env.flush_all()
        values: dict[str, dict[tuple[str, ...], float]] = {}
        for family in text_string_to_metric_families(metrics.render(self.env.cr)):
            for sample in family.samples:
                labels = dict(sample.labels)
                self.assertEqual(labels.pop("database"), self.env.cr.dbname)
                key = tuple(labels.values())
                self.assertNotIn(key, values.get(sample.name, {}), "told twice")
                values.setdefault(sample.name, {})[key] = sample.value
        return values

    def test_jobs_and_channels(self) -> None:
        self.make_job(channel="root.shop")
        self.make_job(
            channel="root.shop", eta=fields.Datetime.add(fields.Datetime.now(), days=1)
        )
        self.make_job("failed")
        self.make_job("wait_dependencies")
        self.make_job("done")
        worker = self.register_worker()
        running = self.make_job(channel="root.shop")
        self.take(worker, running)
        running.write({"state": "started"})
        self.age(100)
        values = self.read()
        self.assertEqual(
            values["queue_job_jobs"],
            {
                ("waiting",): 1,
                ("scheduled",): 1,
                ("wait_dependencies",): 1,
                ("running",): 1,
                ("failed",): 1,
            },
        )
        self.assertEqual(values["queue_job_channel_capacity"]["root",], 4)
        running_by_channel = values["queue_job_channel_running"]
        busy = {channel for channel, count in running_by_channel.items() if count}
        self.assertEqual(busy, {("root",), ("root.shop",)})
        jobs = values["queue_job_channel_jobs"]
        self.assertEqual(jobs["root.shop", "runnable"], 1)
        self.assertEqual(jobs["root.shop", "scheduled"], 1)
        self.assertEqual(jobs["root", "runnable"], 0)
        oldest = values["queue_job_channel_oldest_wait_seconds"]["root.shop",]
        self.assertGreaterEqual(oldest, 100)
        self.assertGreaterEqual(values["queue_job_oldest_wait_seconds"][()], 100)
        self.assertEqual(values["queue_job_workers"], {("h", "dedicated", "busy"): 1})

    def test_what_a_rate_holds_up(self) -> None:
        job = self.make_job(channel="root.shop")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE queue_job_ready SET eta = queue_job_in_line() WHERE job_id = %s",
            [job.id],
        )
        jobs = self.read()["queue_job_channel_jobs"]
        self.assertEqual(
            [
                jobs["root.shop", state]
                for state in ("runnable", "in_line", "scheduled")
            ],
            [0, 1, 0],
        )

    def test_what_a_pause_or_a_failure_blocks(self) -> None:
        self.make_job(channel="root.shop")
        self.shop.paused = True
        values = self.read()
        self.assertEqual(values["queue_job_channel_paused"]["root.shop",], 1)
        jobs = values["queue_job_channel_jobs"]
        self.assertEqual(jobs["root.shop", "blocked"], 1)
        self.assertEqual(jobs["root.shop", "runnable"], 0)
        self.shop.write({"paused": False, "capacity": 1, "sequential": True})
        self.make_job("started", channel="root.shop").write({"state": "failed"})
        jobs = self.read()["queue_job_channel_jobs"]
        self.assertEqual(jobs["root.shop", "blocked"], 1)

    def test_counters_and_histograms(self) -> None:
        self.count()
        self.count(outcome="failed", attempts=1, run_histogram=[0] * 60 + [1])
        self.count(company_id=0)
        values = self.read()
        function = ("<res.partner>.export", "root.shop")
        attempts = values["queue_job_attempts_total"]
        self.assertEqual(attempts, {(*function, "done"): 6, (*function, "failed"): 1})
        self.assertEqual(values["queue_job_function_seconds_total"], {function: 1.5})
        runs = values["queue_job_run_seconds_bucket"]
        self.assertEqual(
            [runs["root.shop", le] for le in ("0.001", "0.004", "+Inf")], [2, 6, 7]
        )
        self.assertEqual(values["queue_job_run_seconds_count"], {("root.shop",): 7})
        self.assertEqual(values["queue_job_wait_seconds_sum"], {("root.shop",): 6})
        waits = values["queue_job_wait_seconds_bucket"]
        self.assertEqual([waits["root.shop", le] for le in ("0.004", "0.016")], [0, 9])

    def test_no_worker_is_told_as_none(self) -> None:
        self.assertEqual(self.read()["queue_job_workers"], {("", "", "idle"): 0})

    def test_names_are_escaped(self) -> None:
        self.count(function='<a>."b\\\n')
        attempts = self.read()["queue_job_attempts_total"]
        self.assertIn(('<a>."b\\\n', "root.shop", "done"), attempts)

    def test_every_metric_is_told_and_declared(self) -> None:
        self.count()
        text = metrics.render(self.env.cr)
        told = {family.name for family in text_string_to_metric_families(text)}
        wanted = {name.removesuffix("_total") for name in metrics.METRICS}
        self.assertEqual(told, wanted)

    def test_no_job_is_named(self) -> None:
        job = self.make_job(name="Secret of First", identity_key="secret key")
        text = metrics.render(self.env.cr)
        for secret in (job.uuid, "First", "secret", "Secret"):
            self.assertNotIn(secret, text)


@tagged("post_install", "-at_install")
class TestHealth(MonitoringCase):
    def problems(self, max_wait: float | None = None) -> str:
        self.env.flush_all()
        return "; ".join(health.examine(self.env.cr, max_wait).problems)

    def test_workers_and_a_leader_are_healthy(self) -> None:
        self.register_worker()
        self.lead()
        found = health.examine(self.env.cr)
        self.assertTrue(found.is_healthy)
        self.assertEqual(
            (found.leader, found.workers, found.idle_workers), (True, 1, 1)
        )
        self.assertEqual((found.capacity, found.running, found.waiting), (4, 0, 0))

    def test_the_cron_alone_is_healthy(self) -> None:
        self.assertEqual(self.problems(), "")

    def test_nobody_runs_jobs(self) -> None:
        self.env.ref("queue_job.ir_cron_queue_job").active = False
        self.register_worker(alive=False)
        self.assertIn("no worker is alive", self.problems())

    def test_no_leader(self) -> None:
        self.register_worker()
        self.assertIn("no leader", self.problems())

    def test_jobs_that_nobody_takes(self) -> None:
        self.register_worker()
        self.lead()
        self.make_job(channel="root.shop")
        self.assertEqual(self.problems(), "")
        self.age(100)
        self.assertIn("a worker is idle", self.problems())
        self.shop.throttle = 3600
        self.assertEqual(self.problems(), "")

    def test_a_full_channel_is_no_problem_until_it_is_too_long(self) -> None:
        worker = self.register_worker()
        self.register_worker()
        self.lead()
        self.shop.capacity = 1
        running = self.make_job(channel="root.shop")
        self.take(worker, running)
        running.write({"state": "started"})
        self.make_job(channel="root.shop")
        self.age(100)
        self.assertEqual(self.problems(), "")
        self.assertEqual(self.problems(max_wait=200), "")
        self.assertIn("has waited 10", self.problems(max_wait=50))

    def test_a_pause_is_no_problem(self) -> None:
        self.register_worker()
        self.lead()
        self.make_job()
        self.age(100)
        self.channels._find_or_create("root").paused = True
        self.assertEqual(self.problems(max_wait=50), "")
        self.assertTrue(health.examine(self.env.cr).paused)


@tagged("post_install", "-at_install")
class TestMonitoringRoutes(HttpCase):
    ROUTES = ("/queue_job/metrics", "/queue_job/health")

    def get(self, path: str, authorization: str | None = None) -> Any:
        headers = {"Authorization": authorization} if authorization else {}
        return self.url_open(path, headers=headers)

    def allow(self) -> None:
        self.env["ir.config_parameter"].set_param(MONITORING_TOKEN, TOKEN)

    def test_off_without_a_token(self) -> None:
        for route in self.ROUTES:
            self.assertEqual(self.get(route, "Bearer x").status_code, 404)
            self.assertEqual(self.get(route, "Bearer ").status_code, 404)

    def test_refused_with_another_token_or_none(self) -> None:
        self.allow()
        for route in self.ROUTES:
            for wrong in (None, "Bearer wrong", f"Basic {TOKEN}", TOKEN, "Bearer "):
                self.assertEqual(self.get(route, wrong).status_code, 401, wrong)
            in_url = self.get(f"{route}?token={TOKEN}&access_token={TOKEN}")
            self.assertEqual(in_url.status_code, 401)

    def test_metrics(self) -> None:
        self.allow()
        response = self.get("/queue_job/metrics", f"Bearer {TOKEN}")
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.headers["Content-Type"], metrics.CONTENT_TYPE)
        self.assertNotIn("session_id", response.cookies)
        self.assertTrue(list(text_string_to_metric_families(response.text)))

    def test_health(self) -> None:
        self.allow()
        response = self.get("/queue_job/health", f"Bearer {TOKEN}")
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.json()["status"], "ok")
        self.env.ref("queue_job.ir_cron_queue_job").active = False
        self.env.cr.execute("DELETE FROM queue_job_worker")
        response = self.get("/queue_job/health", f"Bearer {TOKEN}")
        self.assertEqual(response.status_code, 503)
        self.assertEqual(response.json()["status"], "unhealthy")
        self.assertIn("no worker", response.json()["problems"][0])

    def test_a_wait_that_is_no_number(self) -> None:
        self.allow()
        for wrong in ("soon", "-1", "nan", "inf"):
            path = f"/queue_job/health?max_wait={wrong}"
            self.assertEqual(self.get(path, f"Bearer {TOKEN}").status_code, 400, wrong)

    def test_the_environment_wins(self) -> None:
        self.allow()
        with patch.dict("os.environ", ODOO_QUEUE_JOB_MONITORING_TOKEN="other"):
            old = self.get(self.ROUTES[0], f"Bearer {TOKEN}")
            new = self.get(self.ROUTES[0], "Bearer other")
        self.assertEqual((old.status_code, new.status_code), (401, 200))

    def test_a_new_token_ends_the_old(self) -> None:
        self.allow()
        settings = self.env["res.config.settings"].create({})
        settings.action_queue_job_new_token()
        token = self.env["ir.config_parameter"].get_param(MONITORING_TOKEN)
        self.assertGreaterEqual(len(token), 32)
        old = self.get(self.ROUTES[0], f"Bearer {TOKEN}")
        new = self.get(self.ROUTES[0], f"Bearer {token}")
        self.assertEqual((old.status_code, new.status_code), (401, 200))
