# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Helpers for the tests of modules that delay jobs.

``trap_jobs`` is the usual one: jobs are not stored, can be looked at, and run when the
test says so::

    with trap_jobs() as trap:
        partner.action_export()
        trap.assert_enqueued_job(partner.export, args=("full",))
        trap.perform_enqueued_jobs()
"""

from __future__ import annotations

import doctest
import sys
import unittest
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from types import ModuleType
from typing import TYPE_CHECKING, Any
from unittest import mock

from odoo import api
from odoo.models import BaseModel
from odoo.tests.common import BaseCase

from ..core.edges import Edge
from ..delay import PROPERTIES
from ..delay.graph import sinks
from ..job import Job

if TYPE_CHECKING:
    from ..delay import Delayable

__all__ = [
    "JobCall",
    "JobCounter",
    "JobMixin",
    "JobsTrap",
    "load_doctests",
    "mock_with_delay",
    "trap_jobs",
]

Method = Callable[..., Any]


@contextmanager
def trap_jobs() -> Iterator[JobsTrap]:
    """Keep the jobs delayed inside the block in a ``JobsTrap`` instead of storing them.

    Applies to the whole process: to requests that the test makes as well.
    """
    trap = JobsTrap()
    sinks.append(trap)
    try:
        yield trap
    finally:
        sinks.remove(trap)


@dataclass(eq=False)
class JobCall:
    """A call that became a job: method bound to its records, arguments, options."""

    method: Method
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    #: Options as they were given: ``identity_key`` may be a function.
    properties: Mapping[str, Any] = field(default_factory=dict)
    job: Job | None = None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, JobCall):
            return NotImplemented
        return self.is_call_of(other) and dict(self.properties) == dict(
            other.properties
        )

    __hash__ = None

    def is_call_of(self, other: JobCall) -> bool:
        """Return whether records, method and arguments are the same."""
        return (
            _is_same_method(self.method, other.method)
            and self.method.__self__ == other.method.__self__
            and tuple(self.args) == tuple(other.args)
            and dict(self.kwargs) == dict(other.kwargs)
        )

    def has_properties(self, expected: Mapping[str, Any]) -> bool:
        """Return whether the options were given like this, or amount to it."""
        return all(
            self.properties.get(name) == value
            or (self.job is not None and getattr(self.job, name, None) == value)
            for name, value in expected.items()
        )

    def __str__(self) -> str:
        args = [repr(arg) for arg in self.args]
        args.extend(f"{name}={value!r}" for name, value in self.kwargs.items())
        options = ", ".join(f"{k}={v!r}" for k, v in self.properties.items())
        records = self.method.__self__
        call = f"{records!r}.{self.method.__name__}({', '.join(args)})"
        return f"{call} with {options or 'no properties'}"


class JobsTrap:
    """The jobs delayed since ``trap_jobs()``; none of them is stored.

    Of several with the same identity key only the first is kept.
    """

    def __init__(self) -> None:
        #: Jobs not performed yet.
        self.enqueued_jobs: list[Job] = []
        #: All calls that became a job, those performed included.
        self.calls: list[JobCall] = []

    def take(self, nodes: Sequence[Delayable], edges: Sequence[Edge]) -> list[Job]:
        """Keep the jobs of delayables, parents first, and what they wait for."""
        jobs = [self._keep(node) for node in nodes]
        for parent, child, policy in edges:
            if jobs[parent] != jobs[child]:
                jobs[child].add_depends([jobs[parent]], policy)
        return jobs

    def _keep(self, node: Delayable) -> Job:
        job = node._generated_job
        twin = self._twin(job)
        if twin is not None:
            return twin
        job.recordset, job.args, job.kwargs = _with_job_context(
            (job.recordset, job.args, job.kwargs)
        )
        self.enqueued_jobs.append(job)
        properties = {name: getattr(node, name) for name in PROPERTIES}
        self.calls.append(
            JobCall(
                method=node._job_method,
                args=job.args,
                kwargs=job.kwargs,
                properties={k: v for k, v in properties.items() if v is not None},
                job=job,
            )
        )
        return job

    def _twin(self, job: Job) -> Job | None:
        key = job.identity_key
        twins = (other for other in self.enqueued_jobs if other.identity_key == key)
        return next(twins, None) if key else None

    def jobs_count(self, only: Method | None = None) -> int:
        """Return how many jobs wait.

        :param only: count the jobs of this bound method; on an empty recordset the
            records of the job do not matter
        """
        return len(self._waiting(only))

    def assert_jobs_count(self, expected: int, only: Method | None = None) -> None:
        """Fail unless that many jobs wait; ``only`` as in ``jobs_count``."""
        jobs = self._waiting(only)
        if len(jobs) != expected:
            found = "\n".join(f"- {job.func_string}" for job in jobs)
            raise AssertionError(
                f"Expected {expected} enqueued jobs, found {len(jobs)}:\n{found}"
            )

    def _waiting(self, only: Method | None) -> list[Job]:
        if only is None:
            return self.enqueued_jobs
        return [
            job
            for job in self.enqueued_jobs
            if _is_same_method(job.func, only)
            and (not only.__self__ or job.recordset == only.__self__)
        ]

    def assert_enqueued_job(
        self,
        method: Method,
        args: Sequence[Any] | None = None,
        kwargs: Mapping[str, Any] | None = None,
        properties: Mapping[str, Any] | None = None,
    ) -> None:
        """Fail unless ``method`` of these records was delayed with these arguments.

        ``properties``: options to compare, the others do not matter; a given value or
        what it amounts to (the ``identity_key`` function or the key).
        """
        expected = JobCall(method, tuple(args or ()), kwargs or {}, properties or {})
        for call in self.calls:
            if call.is_call_of(expected) and call.has_properties(expected.properties):
                return
        found = "\n".join(f"- {call}" for call in self.calls) or "- none"
        raise AssertionError(f"Job was not enqueued: {expected}\nEnqueued:\n{found}")

    def perform_enqueued_jobs(self) -> None:
        """Run the waiting jobs: parents first, then by priority, then as delayed.

        In the test's transaction. Jobs that they delay wait for the next call.
        """
        jobs, self.enqueued_jobs = self.enqueued_jobs, []
        open_jobs = sorted(jobs, key=lambda job: job.priority)
        while open_jobs:
            job = next(
                job for job in open_jobs if job._parents.keys().isdisjoint(open_jobs)
            )
            open_jobs.remove(job)
            job.perform()
            job.set_done()


class JobCounter:
    """Tells the jobs stored since it was made from those that existed before."""

    def __init__(self, env: api.Environment) -> None:
        self.env = env
        self.existing = self.search_all()

    def count_all(self) -> int:
        """Return how many jobs are stored."""
        return len(self.search_all())

    def count_created(self) -> int:
        """Return how many jobs were stored since."""
        return len(self.search_created())

    def count_existing(self) -> int:
        """Return how many jobs existed before."""
        return len(self.existing)

    def search_created(self) -> BaseModel:
        """Return the records of the jobs stored since."""
        return self.search_all() - self.existing

    def search_all(self) -> BaseModel:
        """Return the records of all jobs."""
        return self.env["queue.job"].search([])


class JobMixin:
    """For test cases that store jobs and run them in their own transaction."""

    env: api.Environment

    def job_counter(self) -> JobCounter:
        """Return a counter that starts now."""
        return JobCounter(self.env)

    def perform_jobs(self, jobs: JobCounter) -> None:
        """Run the jobs stored since ``jobs`` was made, oldest first."""
        for record in jobs.search_created().sorted("id"):
            Job.load(self.env, record.uuid).perform()

    def trap_jobs(self) -> AbstractContextManager[JobsTrap]:
        """Keep jobs from being stored, see ``trap_jobs``."""
        return trap_jobs()


@contextmanager
def mock_with_delay() -> Iterator[tuple[mock.MagicMock, mock.MagicMock]]:
    """Legacy: replace what ``with_delay()`` returns; ``trap_jobs`` tells more.

    Yields the mock of the class, called with the records and the options, and the mock
    that it returns, on which the method is called.
    """
    with mock.patch(
        "odoo.addons.queue_job.models.base.DelayableRecordset",
        name="DelayableRecordset",
        spec=True,
    ) as delayable_class:
        delayable = mock.MagicMock(name="DelayableRecordset()")
        delayable_class.return_value = delayable
        yield delayable_class, delayable


def load_doctests(module: ModuleType) -> type[BaseCase]:
    """Return the doctests of a module for ``load_tests = load_doctests(module)``.

    A test case with one test for each docstring, which Odoo's loader collects, and
    which unittest's ``load_tests`` protocol may call.
    """
    tests = [test for test in doctest.DocTestFinder().find(module) if test.examples]
    methods = {
        f"test_{test.name.replace('.', '_')}": _doctest_method(test) for test in tests
    }
    # Odoo takes from a test module only the classes that name it.
    caller = sys._getframe(1).f_globals["__name__"]
    return type(
        "Doctests",
        (BaseCase,),
        {"__module__": caller, "__new__": _new_doctests, **methods},
    )


def _doctest_method(test: doctest.DocTest) -> Callable[[BaseCase], None]:
    def run(self: BaseCase) -> None:
        output: list[str] = []
        result = doctest.DocTestRunner().run(test, out=output.append, clear_globs=False)
        self.assertEqual(result.failed, 0, "".join(output))

    run.__doc__ = f"Doctests of {test.name}"
    return run


def _new_doctests(cls: type[BaseCase], *args: Any) -> Any:
    """Return a test, or, for the three arguments of ``load_tests``, a suite of all."""
    if len(args) != 3:
        return object.__new__(cls)
    loader, tests, _pattern = args
    suite = unittest.TestSuite([tests] if tests else [])
    suite.addTests(cls(name) for name in loader.getTestCaseNames(cls))
    return suite


def _is_same_method(method: Method, other: Method) -> bool:
    """Return whether two bound methods are the same one of the same model."""
    return (
        method.__func__ is other.__func__
        and method.__self__._name == other.__self__._name
    )


def _with_job_context(value: Any) -> Any:
    """Return ``value`` with every recordset in it in the context jobs keep."""
    if isinstance(value, BaseModel):
        context = value._job_prepare_context_before_enqueue()
        return value.with_env(value.env(context=context))
    if isinstance(value, dict):
        return {key: _with_job_context(item) for key, item in value.items()}
    if type(value) in (list, tuple, set, frozenset):
        return type(value)(_with_job_context(item) for item in value)
    return value
