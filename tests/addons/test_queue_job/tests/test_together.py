# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Jobs that differ only in their records run as one call."""

from __future__ import annotations

from typing import Any

from psycopg2.errors import CheckViolation

from odoo.tools import mute_logger

from odoo.addons.queue_job.delay import chain

from .common import EngineCase


class TestTogether(EngineCase):
    def setUp(self) -> None:
        super().setUp()
        self.records = self.env["test.queue.job"].create(
            [{"name": name} for name in "abcde"]
        )
        functions = self.env["queue.job.function"]
        self.functions = functions.create(
            [
                {"name": f"<test.queue.job>.{method}", "coalesce_limit": 10}
                for method in ("tell_size", "tell_size_unless")
            ]
        )
        self.cr.commit()
        self.addCleanup(self._forget)

    def _forget(self) -> None:
        self.cr.rollback()
        self.functions.unlink()
        self.records.exists().unlink()
        self.cr.commit()

    def delay(self, method: str, *args: Any, **options: Any) -> list[Any]:
        """Delay one job for each record and return the jobs' records."""
        return [
            getattr(record.with_delay(**options), method)(*args).db_record()
            for record in self.records
        ]

    def names(self) -> list[str]:
        return self.records.mapped("name")

    def test_one_call_and_an_end_for_each(self) -> None:
        jobs = self.delay("tell_size")
        self.run_jobs()
        self.assertEqual(self.names(), ["a 5", "b 5", "c 5", "d 5", "e 5"])
        for job in jobs:
            self.assertEqual((job.state, job.result, job.retry), ("done", "5", 1))
            self.assertTrue(job.date_started and job.date_done and job.exec_time)
        self.cr.execute("SELECT count(*) FROM queue_job_lease")
        self.assertEqual(self.cr.fetchone(), (0,))

    def test_no_more_than_the_limit(self) -> None:
        self.functions.coalesce_limit = 2
        self.delay("tell_size")
        self.run_jobs()
        self.assertEqual(self.names(), ["a 2", "b 2", "c 2", "d 2", "e 1"])

    def test_only_what_is_alike(self) -> None:
        a, b, c, d, e = self.records
        demo = self.env["res.users"].search([("id", "!=", self.env.uid)], limit=1)
        a.with_delay().tell_size()
        b.with_delay().tell_size("other argument ")
        c.with_context(lang="fr_FR").with_delay().tell_size()
        d.with_user(demo).sudo().with_delay().tell_size()
        e.with_delay(channel="root.other").tell_size()
        self.record.with_delay().tell_size()
        self.run_jobs()
        self.assertEqual(
            self.names(), ["a 2", "b other argument 1", "c 1", "d 1", "e 1"]
        )

    def test_a_record_of_two_jobs_is_there_once(self) -> None:
        a, b, *_others = self.records
        for records in (a, a + b, b):
            records.with_delay().tell_size()
        self.run_jobs()
        self.assertEqual(self.names()[:2], ["a 2", "b 2"])

    def test_when_the_call_fails_each_runs_by_itself(self) -> None:
        jobs = self.delay("tell_size_unless", "c")
        with self.assertLogs("odoo.addons.queue_job.runtime.executor", "ERROR"):
            self.run_jobs()
        self.assertEqual(self.names(), ["a 1", "b 1", "c", "d 1", "e 1"])
        states = [job.state for job in jobs]
        self.assertEqual(states, ["done", "done", "failed", "done", "done"])
        self.assertEqual(jobs[2].exc_message, "c is bad")
        self.assertEqual([job.retry for job in jobs], [1] * 5)

    def test_job_that_killed_its_worker_is_alone(self) -> None:
        jobs = self.delay("tell_size")
        jobs[1].exc_name = "JobFoundDead"
        self.run_jobs()
        self.assertEqual(self.names(), ["a 4", "b 1", "c 4", "d 4", "e 4"])

    def test_what_waits_for_them_is_released(self) -> None:
        a, b, c, *_others = self.records
        chain(a.delayable().tell_size(), c.delayable().tell_size()).delay()
        b.with_delay().tell_size()
        self.run_jobs()
        self.assertEqual(self.names()[:3], ["a 2", "b 2", "c 1"])

    def test_jobs_after_each_other_or_with_a_pause_between_stay_alone(self) -> None:
        channel = self.env["queue.job.channel"]._find_or_create("root.strict")
        self.addCleanup(self.cr.commit)
        self.addCleanup(channel.unlink)
        channel.write({"capacity": 1, "sequential": True})
        self.delay("tell_size", channel="root.strict")
        self.run_jobs()
        self.assertEqual(self.names(), ["a 1", "b 1", "c 1", "d 1", "e 1"])

    def test_identity_keys_are_free_again(self) -> None:
        for record in self.records:
            record.with_delay(identity_key=f"key of {record.id}").tell_size()
        self.run_jobs()
        self.assertEqual(self.names()[0], "a 5")
        self.cr.execute("SELECT count(*) FROM queue_job_identity")
        self.assertEqual(self.cr.fetchone(), (0,))

    def test_history_of_those_that_have_one(self) -> None:
        jobs = self.delay("tell_size")
        jobs[3].retry = 2
        self.run_jobs()
        attempts = self.env["queue.job.attempt"].search(
            [("job_id", "in", [job.id for job in jobs])]
        )
        self.assertEqual(attempts.job_id, jobs[3])
        self.assertEqual((attempts.number, attempts.outcome), (3, "done"))

    @mute_logger("odoo.sql_db")
    def test_commits_are_refused_to_them(self) -> None:
        with self.assertRaises(CheckViolation):
            self.functions[0].allow_commit = True
            self.env.flush_all()
        self.cr.rollback()
