# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What workers tell the outside: log lines in JSON, spans, reports of errors."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .harness import Database, Process

Start = Callable[..., Process]
TRACE_ID = "0af7651916cd43dd8448eb211c80319c"
SPAN_ID = "b7ad6b7169203331"

#: As an operator sets them up: in the process, before Odoo starts.
_SITE = """
import pathlib
import sentry_sdk
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SimpleSpanProcessor
from sentry_sdk.transport import Transport

folder = pathlib.Path(__file__).parent
exporter = ConsoleSpanExporter(
    out=(folder / "spans").open("a", buffering=1),
    formatter=lambda span: span.to_json(indent=None) + "\\n",
)
trace.set_tracer_provider(TracerProvider())
trace.get_tracer_provider().add_span_processor(SimpleSpanProcessor(exporter))

class ToFile(Transport):
    def capture_envelope(self, envelope):
        with (folder / "events").open("a") as file:
            for item in envelope.items:
                if event := item.get_event():
                    print(__import__("json").dumps(event, default=str), file=file)

sentry_sdk.init(dsn="https://key@localhost/1", transport=ToFile)
"""


def _lines(path: Path) -> list[dict[str, Any]]:
    found = [json.loads(line) for line in path.read_text().splitlines()]
    assert found
    return found


def test_every_line_is_json_and_names_the_job(
    database: Database, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ODOO_QUEUE_JOB_LOG_FORMAT", "json")
    process = start("--workers", "1")
    (good,) = database.enqueue("note", ["good"])
    (bad,) = database.enqueue("fail", ["bad"])
    (again,) = database.enqueue("retry_until", ["again"], 2)
    for job_id, state in ((good, "done"), (bad, "failed"), (again, "done")):
        database.wait_state(job_id, state)
    process.stop()
    text = process.log.read_text()
    # What Odoo says before it has read our settings is in its own format.
    lines = [json.loads(line) for line in text[text.index("{") :].splitlines()]
    uuids = dict(database.rows("SELECT uuid, id FROM queue_job"))
    told = [
        (line["action"], uuids[line["job"]], line["function"], line["attempt"])
        for line in lines
        if line.get("action", "").startswith("job_")
    ]
    assert sorted(told) == [
        ("job_done", good, "<chaos.ledger>.note", 1),
        ("job_done", again, "<chaos.ledger>.retry_until", 2),
        ("job_failed", bad, "<chaos.ledger>.fail", 1),
        ("job_retried", again, "<chaos.ledger>.retry_until", 1),
    ]
    (failure,) = (line for line in lines if line.get("action") == "job_failed")
    assert "bad is meant to fail" in failure["exception"]
    assert failure["database"] == database.name
    assert failure["run_seconds"] >= 0


def test_attempts_are_spans_and_failures_reports(
    database: Database,
    start: Start,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    (tmp_path / "sitecustomize.py").write_text(_SITE)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    database.execute("UPDATE queue_job_channel SET paused = true WHERE name = 'root'")
    (good,) = database.enqueue("note", ["good"])
    (bad,) = database.enqueue("fail", ["bad"])
    database.execute(
        "UPDATE queue_job SET traceparent = %s WHERE id = %s",
        f"00-{TRACE_ID}-{SPAN_ID}-01",
        good,
    )
    database.execute("UPDATE queue_job_channel SET paused = false WHERE name = 'root'")
    process = start("--workers", "1")
    database.wait_state(good, "done")
    database.wait_state(bad, "failed")
    process.stop()
    uuid = dict(database.rows("SELECT id, uuid FROM queue_job"))
    spans = {span["name"]: span for span in _lines(tmp_path / "spans")}
    done = spans["<chaos.ledger>.note"]
    assert done["context"]["trace_id"] == f"0x{TRACE_ID}"
    assert done["parent_id"] == f"0x{SPAN_ID}"
    assert done["kind"] == "SpanKind.CONSUMER"
    assert done["attributes"]["messaging.message.id"] == uuid[good]
    assert done["attributes"]["queue_job.outcome"] == "done"
    failed = spans["<chaos.ledger>.fail"]
    assert failed["parent_id"] is None
    assert failed["status"]["status_code"] == "ERROR"
    assert failed["attributes"]["queue_job.outcome"] == "failed"
    (event,) = _lines(tmp_path / "events")
    assert event["tags"]["queue_job.uuid"] == uuid[bad]
    assert event["tags"]["queue_job.function"] == "<chaos.ledger>.fail"
    assert event["contexts"]["queue_job"]["database"] == database.name
    assert event["exception"]["values"][-1]["type"] == "ValueError"
