# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Jobs that start no more often than their rate lets."""

from __future__ import annotations

from typing import Any

from odoo.exceptions import UserError, ValidationError

from .common import EngineCase

FUNCTION = "<test.queue.job>.append"


class TestRates(EngineCase):
    def setUp(self) -> None:
        super().setUp()
        self.records = self.env["test.queue.job"].create(
            [{"name": name} for name in "abcd"]
        )
        self.function = self.env["queue.job.function"].create({"name": FUNCTION})
        self.root = self.env.ref("queue_job.channel_root")
        self.cr.commit()
        self.addCleanup(self._forget)

    def _forget(self) -> None:
        self.cr.rollback()
        self.function.exists().unlink()
        self.root.write({"rate_limit": 0, "rate_burst": 1, "rate_per_key": False})
        self.records.unlink()
        self.cr.execute("DELETE FROM queue_job_rate")
        self.cr.execute("DELETE FROM queue_job_rated")
        self.cr.commit()

    def delay(self, **options: Any) -> list[Any]:
        """Delay one job for each record and return the jobs' records."""
        jobs = [record.with_delay(**options).append("!") for record in self.records]
        return [job.db_record() for job in jobs]

    def states(self, jobs: list[Any]) -> str:
        return "".join(job.state[0] for job in jobs)

    def pass_time(self, seconds: int) -> None:
        """Let the rates and those in line believe that time has passed."""
        self.cr.execute(
            "UPDATE queue_job_rate SET due = due - make_interval(secs => %s)", [seconds]
        )
        self.cr.execute(
            "UPDATE queue_job_ready SET eta = eta - make_interval(secs => %s)"
            " WHERE eta < '9000-01-01'",
            [seconds],
        )
        self.run_jobs()

    def test_one_after_the_other_in_order(self) -> None:
        self.function.write({"rate_limit": 2, "rate_period": 7200})
        jobs = self.delay()
        self.run_jobs()
        self.assertEqual(self.states(jobs), "dppp")
        self.assertEqual([job.retry for job in jobs], [1, 0, 0, 0])
        self.run_jobs()
        self.assertEqual(self.states(jobs), "dppp")
        for expected in ("ddpp", "dddp", "dddd"):
            self.pass_time(3600)
            self.assertEqual(self.states(jobs), expected)
        self.assertEqual([job.retry for job in jobs], [1] * 4)
        self.cr.execute("SELECT count(*) FROM queue_job_rated")
        self.assertEqual(self.cr.fetchone(), (0,))

    def test_burst(self) -> None:
        self.function.write({"rate_limit": 1, "rate_period": 3600, "rate_burst": 3})
        jobs = self.delay()
        self.run_jobs()
        self.assertEqual(self.states(jobs), "dddp")

    def test_others_are_not_held_up(self) -> None:
        self.function.write({"rate_limit": 1, "rate_period": 3600})
        self.delay(priority=1)
        other = self.record.with_delay().undescribed(1).db_record()
        self.run_jobs()
        self.assertEqual(other.state, "done")

    def test_keys_are_counted_apart(self) -> None:
        self.records[2].name = "a"
        self.function.write({"rate_limit": 1, "rate_period": 3600, "rate_key": "name"})
        jobs = self.delay()
        self.assertEqual([job.rate_key for job in jobs], ["a", "b", "a", "d"])
        self.run_jobs()
        self.assertEqual(self.states(jobs), "ddpd")

    def test_key_is_told_by_a_method(self) -> None:
        self.function.rate_key = "_compute_display_name"
        [job, *_others] = self.delay()
        self.assertEqual(job.rate_key, "None")

    def test_more_urgent_job_comes_first(self) -> None:
        self.function.write({"rate_limit": 1, "rate_period": 3600})
        jobs = self.delay()
        self.run_jobs()
        urgent = self.record.with_delay(priority=1).append("!").db_record()
        self.run_jobs()
        self.assertEqual(urgent.state, "pending")
        self.pass_time(3600)
        self.assertEqual((urgent.state, self.states(jobs)), ("done", "dppp"))
        self.pass_time(3600)
        self.assertEqual(self.states(jobs), "ddpp")

    def test_cancelled_jobs_leave_the_line(self) -> None:
        self.function.write({"rate_limit": 1, "rate_period": 3600})
        jobs = self.delay()
        self.run_jobs()
        (jobs[1] | jobs[2]).button_cancelled()
        self.cr.commit()
        self.lead()
        self.pass_time(3600)
        self.assertEqual(self.states(jobs), "dccd")

    def test_rates_of_channel_and_function_hold_together(self) -> None:
        self.root.write({"rate_limit": 1, "rate_period": 7200, "rate_burst": 2})
        self.function.write({"rate_limit": 1, "rate_period": 3600})
        other = self.record.with_delay(priority=20).undescribed(1).db_record()
        jobs = self.delay()
        self.run_jobs()
        self.assertEqual((self.states(jobs), other.state), ("dppp", "done"))
        self.pass_time(3600)
        self.assertEqual(self.states(jobs), "dppp", "the channel has no token")
        self.pass_time(3600)
        self.assertEqual(self.states(jobs), "ddpp")

    def test_rate_of_a_channel_for_each_key(self) -> None:
        self.function.rate_key = "name"
        self.root.write({"rate_limit": 1, "rate_period": 3600, "rate_per_key": True})
        jobs = self.delay()
        again = self.delay()
        self.run_jobs()
        self.assertEqual(self.states(jobs + again), "ddddpppp")

    def test_change_of_the_rate_lets_all_out(self) -> None:
        self.function.write({"rate_limit": 1, "rate_period": 3600})
        jobs = self.delay()
        self.run_jobs()
        self.assertEqual(self.states(jobs), "dppp")
        self.function.rate_limit = 0
        self.run_jobs()
        self.assertEqual(self.states(jobs), "dddd")

    def test_long_lines(self) -> None:
        """More jobs than one claim looks at, and one that is not among them."""
        self.function.write({"rate_limit": 1, "rate_period": 3600})
        for _number in range(300):
            self.delay()
        other = self.record.with_delay(priority=20).undescribed(1).db_record()
        self.run_jobs()
        self.assertEqual(other.state, "done")
        self.cr.execute("SELECT count(*) FROM queue_job_rated")
        self.assertEqual(self.cr.fetchone(), (1199,))

    def test_impossible_rates(self) -> None:
        for wrong in ({"rate_limit": -1}, {"rate_period": 0}, {"rate_burst": 0}):
            with self.assertRaisesRegex(ValidationError, "must be . or more"):
                self.function.write({"rate_limit": 1, **wrong})
        with self.assertRaisesRegex(UserError, "nam.*neither .* Did you mean 'name'"):
            self.function.rate_key = "nam"
