# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Jobs in chunks: in a worker, in their caller, in a trap."""

from __future__ import annotations

from odoo.tools import mute_logger

from odoo.addons.queue_job.job import Job
from odoo.addons.queue_job.tests.common import trap_jobs

from .common import EngineCase, JobCase


class TestChunksInWorker(EngineCase):
    @mute_logger("odoo.addons.queue_job.runtime.executor")
    def test_chunks_stay_and_the_next_attempt_goes_on(self) -> None:
        job = self.record.with_delay().append_each("abcd", bad="c").db_record()
        self.run_jobs()
        self.assertEqual((job.state, job.position), ("failed", 2))
        self.assertEqual(self.record.name, "engineab")
        job.requeue()
        self.run_jobs()
        self.assertEqual((job.state, job.result, job.retry), ("done", "4", 1))
        self.assertEqual(self.record.name, "engineabcd")

    @mute_logger("odoo.addons.queue_job.runtime.executor")
    def test_start_over(self) -> None:
        job = self.record.with_delay().append_each("abc", bad="b").db_record()
        self.run_jobs()
        job.button_start_over()
        job.requeue()
        self.run_jobs()
        self.assertEqual((job.state, job.position), ("failed", 1))
        self.assertEqual(self.record.name, "engineaa")

    def test_job_that_is_done_begins_again(self) -> None:
        job = self.record.with_delay().append_each("ab").db_record()
        self.run_jobs()
        job.requeue()
        self.run_jobs()
        self.assertEqual(self.record.name, "engineabab")


class TestChunksInCaller(JobCase):
    def test_without_delay(self) -> None:
        record = self.record.with_context(queue_job__no_delay=True)
        record.with_delay().append_each("xyz")
        self.assertEqual(self.record.name, "axyz")

    def test_trapped(self) -> None:
        with trap_jobs() as trap:
            self.record.with_delay().append_each("xyz")
            trap.assert_enqueued_job(self.record.append_each, args=("xyz",))
            trap.perform_enqueued_jobs()
        self.assertEqual(self.record.name, "axyz")

    def test_performed_twice_it_goes_on(self) -> None:
        job = Job(self.record.append_each, args=("xyz", "y"))
        with self.assertRaisesRegex(ValueError, "y is bad"):
            job.perform()
        self.assertEqual(job.chunks.position, 1)
        self.assertEqual(job.perform(), 3)
        self.assertEqual(self.record.name, "axyz")
