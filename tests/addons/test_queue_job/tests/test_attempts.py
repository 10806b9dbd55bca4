# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The history of the attempts of a job."""

from __future__ import annotations

from odoo.tools import mute_logger

from odoo.addons.queue_job.store import attempts

from .common import EngineCase

EXECUTOR = "odoo.addons.queue_job.runtime.executor"


class TestAttempts(EngineCase):
    def outcomes(self, job) -> list[tuple[int, str]]:
        """Return number and outcome of the attempts, the first one first."""
        return [
            (attempt.number, attempt.outcome) for attempt in job.db_record().attempt_ids
        ]

    def test_a_first_success_writes_no_row(self) -> None:
        job = self.record.with_delay().append("!")
        self.run_jobs()
        self.assertEqual(job.db_record().state, "done")
        self.assertEqual(self.outcomes(job), [])

    def test_retries_and_the_success_after_them(self) -> None:
        job = self.record.with_delay().succeed_at_attempt(3)
        for _attempt in range(3):
            self.run_jobs()
            self.hurry(job)
        self.assertEqual(
            self.outcomes(job), [(1, "retried"), (2, "retried"), (3, "done")]
        )
        first, _second, last = job.db_record().attempt_ids
        self.assertEqual(
            first.exc_name, "odoo.addons.queue_job.exception.RetryableJobError"
        )
        self.assertEqual(first.exc_message, "attempt 1")
        self.assertEqual(first.worker, attempts.worker_name())
        self.assertLess(first.date_started, last.date_ended)
        self.assertGreater(last.duration, 0)
        self.assertFalse(last.exc_name)

    def test_a_postponement_that_does_not_count_is_kept_as_well(self) -> None:
        job = self.record.with_delay(max_retries=2).retry(60, ignore_retry=True)
        for _attempt in range(2):
            self.run_jobs()
            self.hurry(job)
        self.assertEqual(self.outcomes(job), [(0, "retried"), (0, "retried")])

    @mute_logger("odoo.sql_db")
    def test_conflicts_with_other_transactions_cost_no_attempt(self) -> None:
        self.record.name = "."
        self.cr.commit()
        job = self.record.with_delay(max_retries=2).lose_races(6)
        for _attempt in range(6):
            self.run_jobs()
            self.hurry(job)
        self.assertEqual(self.outcomes(job), [(0, "retried")] * 5 + [(1, "done")])
        first = job.db_record().attempt_ids[0]
        self.assertEqual(first.exc_name, "psycopg2.errors.SerializationFailure")
        self.assertEqual(self.record.name, "......!")

    @mute_logger(EXECUTOR)
    def test_a_failure_with_its_traceback_and_a_success_after_a_requeue(self) -> None:
        job = self.record.with_delay().fail_unless_named("fixed")
        self.run_jobs()
        (failed,) = job.db_record().attempt_ids
        self.assertEqual((failed.outcome, failed.exc_name), ("failed", "ValueError"))
        self.assertIn("fail_unless_named", failed.exc_info)
        self.record.name = "fixed"
        job.db_record().requeue()
        self.run_jobs()
        self.assertEqual(self.outcomes(job), [(1, "failed"), (1, "done")])

    def test_a_success_that_is_run_again_stays_in_the_history(self) -> None:
        job = self.record.with_delay().append("!")
        self.run_jobs()
        started = job.db_record().date_started
        for _time in range(2):
            job.db_record().requeue()
            self.run_jobs()
        self.assertEqual(self.outcomes(job), [(1, "done")] * 3)
        self.assertEqual(job.db_record().attempt_ids[0].date_started, started)

    def test_what_was_discarded_is_told(self) -> None:
        function = self.env["queue.job.function"].create(
            {
                "name": "<test.queue.job>.fail_unless_named",
                "discard_on": "ValueError",
            }
        )
        self.addCleanup(lambda: (function.unlink(), self.cr.commit()))
        job = self.record.with_delay().fail_unless_named("x")
        self.run_jobs()
        self.assertEqual(self.outcomes(job), [(1, "discarded")])
        self.assertEqual(job.db_record().state, "done")

    def test_only_the_last_ones_are_kept_of_a_job_without_limit(self) -> None:
        job = self.record.with_delay(max_retries=0).echo()
        job_id = job.db_record().id
        for number in range(1, attempts.KEPT + 4):
            attempt = attempts.Attempt(
                job_id, number, attempts.Outcome.RETRIED, None, 0.1
            )
            attempts.add(self.cr, attempt)
        numbers = job.db_record().attempt_ids.mapped("number")
        self.assertEqual(numbers, list(range(4, attempts.KEPT + 4)))

    @mute_logger(EXECUTOR)
    def test_attempts_go_with_their_job(self) -> None:
        job = self.record.with_delay().fail_unless_named("x")
        self.run_jobs()
        attempt = job.db_record().attempt_ids
        job.db_record().unlink()
        self.assertFalse(attempt.exists())
