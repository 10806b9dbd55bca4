# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Log lines for machines, and the trace a job belongs to."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

from opentelemetry import trace

from odoo.tests import BaseCase, TransactionCase, tagged

from ..job import Job
from ..runtime import logs, observation
from ..runtime.observation import Observation, running_job

TRACE_ID, SPAN_ID = 0x0AF7651916CD43DD8448EB211C80319C, 0xB7AD6B7169203331
TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@tagged("post_install", "-at_install")
class TestJsonLines(TransactionCase):
    def line(self, message: str, *args: Any, **options: Any) -> dict[str, Any]:
        """Return what is written for one record."""
        record = logging.getLogger("test").makeRecord(
            "test", logging.INFO, "file", 1, message, args, **options
        )
        text = logs.JsonFormatter().format(record)
        self.assertNotIn("\n", text)
        return json.loads(text)

    def test_what_every_line_has(self) -> None:
        line = self.line("say “%s”\nand more", "é", exc_info=None)
        self.assertEqual(line["message"], "say “é”\nand more")
        self.assertEqual((line["level"], line["logger"]), ("INFO", "test"))
        self.assertRegex(line["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        self.assertNotIn("job", line)

    def test_what_its_author_adds(self) -> None:
        extra = {"action": "job_done", "run_seconds": 0.5, "odd": object()}
        line = self.line("done", exc_info=None, extra=extra)
        self.assertEqual((line["action"], line["run_seconds"]), ("job_done", 0.5))
        self.assertIn("object", line["odd"])

    def test_an_exception_is_one_line(self) -> None:
        try:
            raise ValueError("wrong")
        except ValueError:
            line = self.line("failed", exc_info=sys.exc_info())
        self.assertIn("ValueError: wrong", line["exception"])

    def test_the_job_that_runs(self) -> None:
        job = Job(self.env["res.partner"].search_count, args=[[]], channel="root.shop")
        job.retry = 2
        with Observation("db") as attempt:
            self.assertIsNone(running_job())
            attempt.begin(job)
            line = self.line("inside", exc_info=None)
        self.assertEqual(
            {name: line[name] for name in ("job", "function", "channel", "attempt")},
            {
                "job": job.uuid,
                "function": "<res.partner>.search_count",
                "channel": "root.shop",
                "attempt": 2,
            },
        )
        self.assertIsNone(running_job())

    def test_handlers_change_when_asked_alone(self) -> None:
        handler = logging.NullHandler()
        root = logging.getLogger()
        self.patch(root, "handlers", [handler])
        logs.configure("text")
        self.assertIsNone(handler.formatter)
        logs.configure("json")
        self.assertIsInstance(handler.formatter, logs.JsonFormatter)
        with self.assertRaisesRegex(ValueError, "Did you mean 'json'"):
            logs.configure("jsn")


@tagged("post_install", "-at_install")
class TestTraceContext(TransactionCase):
    def delay(self) -> Job:
        """Return a job as it is read back."""
        uuid = self.env["res.partner"].with_delay().search_count([]).uuid
        self.env.cr.flush()
        return Job.load(self.env, uuid)

    def test_a_job_keeps_the_trace_of_who_delays_it(self) -> None:
        context = trace.SpanContext(
            TRACE_ID, SPAN_ID, is_remote=False, trace_flags=trace.TraceFlags(1)
        )
        with trace.use_span(trace.NonRecordingSpan(context)):
            job = self.delay()
        self.assertEqual(job.traceparent, TRACEPARENT)

    def test_a_job_without_a_trace(self) -> None:
        self.assertIsNone(self.delay().traceparent)


#: In a process of its own, as this one has loaded them.
_ALONE = """
import sys, types
addon = sys.modules["addon"] = types.ModuleType("addon")
addon.__path__ = sys.argv[1:]
from addon.core.trace_context import traceparent
from addon.runtime import observation
with observation.Observation("db") as attempt:
    attempt.begin(object())
    attempt.end("done")
assert traceparent() is None
assert not {"opentelemetry", "sentry_sdk"} & set(sys.modules)
"""


class TestNothingIsImported(BaseCase):
    def test_who_uses_neither_pays_for_neither(self) -> None:
        addon = Path(observation.__file__).parents[1]
        command = [sys.executable, "-c", _ALONE, str(addon)]
        subprocess.run(command, check=True)
