# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Arguments are checked against the method when the call is delayed."""

from __future__ import annotations

import functools
import gc
from typing import Any

from odoo.addons.queue_job.delay import chain
from odoo.addons.queue_job.job import Job

from .common import JobCase


class TestArguments(JobCase):
    def test_wrong_calls_are_refused_with_the_signature(self) -> None:
        for args, kwargs, message in (
            ((), {}, r"missing a required argument: 'text'"),
            (("a", "b"), {}, r"too many positional arguments"),
            (("a",), {"text": "b"}, r"multiple values for argument 'text'"),
            ((), {"txet": "a"}, r"Did you mean 'text'\?"),
        ):
            called = "It is called as append(text)."
            for call in (self.record.with_delay(), self.record.delayable()):
                with self.subTest(message=message, call=type(call).__name__):
                    with self.assertRaisesRegex(
                        TypeError, rf"test\.queue\.job\.append .*{message}"
                    ) as caught:
                        call.append(*args, **kwargs)
                    self.assertIn(called, str(caught.exception))

    def test_a_refused_call_leaves_nothing(self) -> None:
        counter = self.job_counter()
        with self.assertNoLogs("odoo.addons.queue_job.delay", "WARNING"):
            with self.assertRaises(TypeError):
                self.record.with_delay().append()
            with self.assertRaises(TypeError):
                chain(self.record.delayable().append())
            gc.collect()
        self.assertEqual(counter.count_created(), 0)

    def test_legacy_enqueue_is_checked(self) -> None:
        with self.assertRaisesRegex(TypeError, "missing a required argument"):
            Job.enqueue(self.record.append)

    def test_defaults_and_variable_arguments(self) -> None:
        for call in (
            lambda records: records.echo(),
            lambda records: records.echo(1, 2, x=3),
            lambda records: records.retry(seconds=3),
            lambda records: records.retry(3, True),
        ):
            self.assertIsInstance(call(self.record.with_delay()), Job)

    def test_a_decorator_may_take_more_than_it_wraps(self) -> None:
        model = type(self.record)
        original = model.append

        @functools.wraps(original)
        def append(records: Any, text: str, *, twice: bool = False) -> None:
            original(records, text * (1 + twice))

        self.patch(model, "append", append)
        self.assertIsInstance(self.record.with_delay().append("a", twice=True), Job)
        with self.assertRaisesRegex(TypeError, "unexpected keyword argument 'thrice'"):
            self.record.with_delay().append("a", thrice=True)

    def test_split_keeps_the_arguments(self) -> None:
        parts = self.records.delayable().append(text="x").split(2)
        parts.delay()
        kwargs = {str(part._generated_job.kwargs) for part in parts._delayables}
        self.assertEqual(kwargs, {"{'text': 'x'}"})
