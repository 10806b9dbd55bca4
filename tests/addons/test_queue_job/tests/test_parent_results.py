# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What parents return reaches their children."""

from __future__ import annotations

from decimal import Decimal

from odoo.tools import mute_logger

from odoo.addons.queue_job.delay import ParentResult, ParentResults, chain, group
from odoo.addons.queue_job.job import Job, current_job

from .common import EngineCase, JobCase


class TestSynchronousResults(JobCase):
    def test_at_once(self) -> None:
        record = self.record.with_context(queue_job__no_delay=True)
        last = record.delayable().keep(ParentResult())
        chain(record.delayable().undescribed("x"), last).delay()
        self.assertEqual(self.record.name, "'x'")

    def test_in_a_trap(self) -> None:
        with self.trap_jobs() as trap:
            parents = [self.record.delayable().undescribed(n) for n in (1, 2)]
            last = self.record.delayable().keep(ParentResults())
            chain(group(*parents), last).delay()
            trap.perform_enqueued_jobs()
        self.assertEqual(self.record.name, "[1, 2]")

    def test_outside_of_jobs_there_are_none(self) -> None:
        self.assertEqual(self.record._job_parent_results(), [])
        self.assertIsNone(current_job())
        self.record._job_progress(1, 2)

    def test_a_parent_that_there_is_not(self) -> None:
        job = Job(self.record.keep, args=[ParentResult()])
        with self.assertRaisesRegex(IndexError, "it has 0"):
            job.perform()
        self.assertIsNone(current_job())

    def test_the_method_sees_its_job(self) -> None:
        job = Job(self.record.uuid_of_current_job)
        self.assertEqual(job.perform(), job.uuid)


class TestStoredResults(EngineCase):
    def test_a_chain_passes_values_on(self) -> None:
        # in the order in which PostgreSQL keeps keys
        value = {"list": [1, None], "price": Decimal("1.5"), "record": self.record}
        last = self.record.delayable().keep(ParentResult())
        chain(self.record.delayable().undescribed(value), last).delay()
        self.run_jobs()
        self.assertEqual(self.record.name, repr(value))

    def test_results_of_a_group_in_the_order_they_were_delayed(self) -> None:
        last = self.record.delayable().keep(ParentResult(-1), rest=ParentResults())
        parents = [
            self.record.delayable(priority=9 - n).undescribed(n) for n in range(3)
        ]
        chain(group(*parents), last).delay()
        self.run_jobs()
        self.assertEqual(self.record.name, "2 [0, 1, 2]")

    def test_a_method_may_ask_for_them(self) -> None:
        first = self.record.delayable().undescribed(False)
        chain(first, self.record.delayable().keep_parent_results()).delay()
        self.run_jobs()
        self.assertEqual(self.record.name, "[False]")

    def test_records_come_in_the_environment_of_the_child(self) -> None:
        user = self.env.ref("base.user_admin")
        first = self.record.delayable().undescribed(self.record.sudo())
        last = self.record.with_user(user).delayable().environment_of(ParentResult())
        chain(first, last).delay()
        self.run_jobs()
        result = last._generated_job.db_record().result_json
        self.assertEqual(result, [user.id, False])

    def test_the_result_is_kept_as_json_for_the_api(self) -> None:
        job = self.record.with_delay().undescribed({"at": Decimal("1.5"), "sent": 3})
        nothing = self.record.with_delay().undescribed()
        self.run_jobs()
        (read,) = job.db_record().read(["result", "result_json"])
        self.assertEqual(
            read["result_json"],
            {"sent": 3, "at": {"_type": "queue_job:decimal", "value": "1.5"}},
        )
        self.assertEqual(read["result"], "{'at': Decimal('1.5'), 'sent': 3}")
        self.assertIsNone(nothing.db_record().result_json)
        self.assertFalse(nothing.db_record().result)

    def test_what_is_no_json_is_kept_as_text(self) -> None:
        job = self.record.with_delay().return_a_function()
        self.run_jobs()
        record = job.db_record()
        self.assertEqual(record.state, "done")
        self.assertIn("function", record.result)
        self.assertIsNone(record.result_json)

    @mute_logger("odoo.addons.queue_job.runtime.executor")
    def test_a_failed_parent_has_none(self) -> None:
        last = self.record.delayable().keep(ParentResult())
        first = self.record.delayable().fail_unless_named("x")
        chain(first, last, on_failure="run").delay()
        self.run_jobs()
        self.assertEqual(self.record.name, "None")
