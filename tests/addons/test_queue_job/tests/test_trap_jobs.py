# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The helpers that tests of other modules use."""

from __future__ import annotations

import unittest
from types import ModuleType

from odoo.addons.queue_job import identity_exact
from odoo.addons.queue_job.delay import chain, group
from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.queue_job.tests.common import (
    JobCall,
    load_doctests,
    mock_with_delay,
    trap_jobs,
)

from .common import JobCase


class TestTrapJobs(JobCase):
    def test_trapped_jobs_are_not_stored(self) -> None:
        counter = self.job_counter()
        with trap_jobs() as trap:
            job = self.record.with_delay().append("x")
            group(*[r.delayable().append("y") for r in self.records]).delay()
            trap.assert_jobs_count(6)
        self.assertEqual(counter.count_created(), 0)
        self.assertFalse(job.db_record())
        self.assertEqual(self.record.name, "a")
        self.record.with_delay().append("z")
        self.assertEqual(counter.count_created(), 1, "the trap is open again")

    def test_count(self) -> None:
        with trap_jobs() as trap:
            self.record.with_delay().append("x")
            self.record.with_delay().echo()
            self.records[1].with_delay().echo()
            self.assertEqual(trap.jobs_count(), 3)
            self.assertEqual(trap.jobs_count(only=self.record.append), 1)
            self.assertEqual(trap.jobs_count(only=self.record.echo), 1)
            self.assertEqual(trap.jobs_count(only=self.env["test.queue.job"].echo), 2)
            trap.assert_jobs_count(2, only=self.env["test.queue.job"].echo)
            with self.assertRaisesRegex(
                AssertionError,
                r"Expected 5 enqueued jobs, found 3:\n- test\.queue\.job",
            ):
                trap.assert_jobs_count(5)

    def test_assert_enqueued_job(self) -> None:
        with trap_jobs() as trap:
            self.record.with_delay(priority=3, identity_key=identity_exact).echo(1, k=2)
        trap.assert_enqueued_job(self.record.echo, args=(1,), kwargs={"k": 2})
        for properties in (
            {},
            {"priority": 3},
            {"identity_key": identity_exact},
            {"identity_key": trap.enqueued_jobs[0].identity_key},
            {"description": "Return what it was called with."},
        ):
            trap.assert_enqueued_job(
                self.record.echo, args=(1,), kwargs={"k": 2}, properties=properties
            )
        for method, options in (
            (self.record.echo, {}),
            (self.record.append, {"args": (1,), "kwargs": {"k": 2}}),
            (self.records.echo, {"args": (1,), "kwargs": {"k": 2}}),
            (self.record.echo, {"args": (2,), "kwargs": {"k": 2}}),
            (
                self.record.echo,
                {"args": (1,), "kwargs": {"k": 2}, "properties": {"priority": 4}},
            ),
        ):
            with (
                self.subTest(options),
                self.assertRaisesRegex(AssertionError, "Job was not enqueued"),
            ):
                trap.assert_enqueued_job(method, **options)

    def test_calls(self) -> None:
        with trap_jobs() as trap:
            self.record.with_delay(priority=3).echo(1)
        self.assertEqual(
            trap.calls, [JobCall(self.record.echo, (1,), {}, {"priority": 3})]
        )
        self.assertNotEqual(trap.calls, [JobCall(self.record.echo, (1,))])

    def test_identity_key(self) -> None:
        with trap_jobs() as trap:
            first = self.record.with_delay(identity_key="key").echo()
            twin = self.record.with_delay(identity_key="key").echo()
            self.assertEqual(twin.uuid, first.uuid)
            trap.assert_jobs_count(1)
            trap.perform_enqueued_jobs()
            self.record.with_delay(identity_key="key").echo()
            trap.assert_jobs_count(1)

    def test_context_is_filtered(self) -> None:
        record = self.record.with_context(lang="en_US", lost=1)
        with trap_jobs() as trap:
            record.with_delay().read_context()
            record.with_delay().echo([record], {"k": record})
            [reading, echoing] = trap.enqueued_jobs
            context = reading.perform()
        self.assertEqual(context, {"lang": "en_US", "job_uuid": reading.uuid})
        self.assertEqual(echoing.args[0][0].env.context, {"lang": "en_US"})
        self.assertEqual(echoing.args[1]["k"].env.context, {"lang": "en_US"})

    def test_perform_in_order_of_priority(self) -> None:
        with trap_jobs() as trap:
            for priority, text in ((20, "z"), (5, "x"), (10, "y"), (5, "w")):
                self.record.with_delay(priority=priority).append(text)
            trap.perform_enqueued_jobs()
            trap.assert_jobs_count(0)
            trap.assert_enqueued_job(self.record.append, args=("z",))
        self.assertEqual(self.record.name, "axwyz")

    def test_perform_graph_parents_first(self) -> None:
        with trap_jobs() as trap:
            chain(
                self.record.delayable(priority=30).append("1"),
                group(
                    self.record.delayable(priority=20).append("2"),
                    self.record.delayable(priority=20).append("3"),
                ),
                self.record.delayable(priority=1).append("4"),
            ).delay()
            trap.assert_jobs_count(4)
            trap.perform_enqueued_jobs()
        self.assertEqual(self.record.name, "a1234")

    def test_jobs_created_meanwhile_stay(self) -> None:
        with trap_jobs() as trap:
            self.record.with_delay().delay_more("more")
            trap.perform_enqueued_jobs()
            self.assertEqual(self.record.name, "a")
            trap.assert_jobs_count(1, only=self.record.append)
            trap.perform_enqueued_jobs()
        self.assertEqual(self.record.name, "amore")

    def test_errors_pass(self) -> None:
        with trap_jobs() as trap:
            self.record.with_delay().retry()
            with self.assertRaises(RetryableJobError):
                trap.perform_enqueued_jobs()

    def test_nested_traps(self) -> None:
        with trap_jobs() as outer:
            with trap_jobs() as inner:
                self.record.with_delay().echo()
            inner.assert_jobs_count(1)
            outer.assert_jobs_count(0)

    def test_auto_delayed_job_of_another_user(self) -> None:
        record = self.record.with_user(self.user)
        with trap_jobs() as trap:
            record.with_delay().echo()
            trap.assert_enqueued_job(self.record.echo)
            self.assertEqual(trap.enqueued_jobs[0].user_id, self.user.id)


class TestOtherHelpers(JobCase):
    def test_mock_with_delay(self) -> None:
        with mock_with_delay() as (delayable_class, delayable):
            self.record.with_delay(priority=3).append("x")
        args, kwargs = delayable_class.call_args
        self.assertEqual(args, (self.record,))
        self.assertEqual(kwargs["priority"], 3)
        delayable.append.assert_called_once_with("x")

    def test_counter(self) -> None:
        self.record.with_delay().append("0")
        counter = self.job_counter()
        before = counter.count_all()
        first = self.record.with_delay().append("1")
        second = self.record.with_delay().append("2")
        self.assertEqual(counter.count_created(), 2)
        self.assertEqual(counter.count_all(), before + 2)
        self.assertEqual(counter.count_existing(), before)
        self.assertEqual(
            counter.search_created(), first.db_record() | second.db_record()
        )
        self.perform_jobs(counter)
        self.assertEqual(self.record.name, "a12")

    def test_load_doctests(self) -> None:
        case = load_doctests(_module("documented", ">>> 1 + 1\n2\n"))
        self.assertEqual(case.__module__, __name__)
        wrong = load_doctests(_module("wrong", ">>> 1 + 1\n3\n"))
        for cls, successful in ((case, True), (wrong, False)):
            suite = cls(unittest.TestLoader(), None, None)
            self.assertEqual(suite.countTestCases(), 1)
            [test] = suite
            run = getattr(test, test._testMethodName)
            if successful:
                run()
            else:
                self.assertRaisesRegex(AssertionError, "Expected", run)


def _module(name: str, docstring: str) -> ModuleType:
    return ModuleType(name, docstring)
