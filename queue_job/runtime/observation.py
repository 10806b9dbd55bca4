# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What log lines, traces and error reports are told of the attempt that runs.

OpenTelemetry and Sentry are used when the process has loaded them already: whoever
sets one up has imported it, and nobody else pays for an import.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from contextvars import ContextVar, Token
from typing import TYPE_CHECKING, Any, Final

from ..core.trace_context import context_of, is_traced

if TYPE_CHECKING:
    from ..job import Job

_running: ContextVar[Job | None] = ContextVar("queue_job_running", default=None)
_TRACER: Final = "odoo.addons.queue_job"
_ERROR_OUTCOMES: Final = frozenset({"failed", "time_limit", "memory_limit"})


def running_job() -> Job | None:
    """Return the job that this thread runs, if any."""
    return _running.get()


class Observation:
    """One attempt, from when its job was read to its end; a context manager."""

    def __init__(self, dbname: str) -> None:
        self._dbname = dbname
        self._token: Token[Job | None] | None = None
        self._span: Any = None
        self._stack = ExitStack()

    def __enter__(self) -> Observation:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._token is not None:
            _running.reset(self._token)
            self._stack.close()

    def begin(self, job: Job) -> None:
        """Say which job it is."""
        self._token = _running.set(job)
        if is_traced():
            self._begin_span(job)
        if "sentry_sdk" in sys.modules:
            self._begin_scope(job)

    def end(self, outcome: str, error: BaseException | None = None) -> None:
        """Say how it ended."""
        if self._span is None:
            return
        from opentelemetry.trace import StatusCode

        self._span.set_attribute("queue_job.outcome", outcome)
        if error is not None:
            self._span.record_exception(error)
        if outcome in _ERROR_OUTCOMES:
            self._span.set_status(StatusCode.ERROR, str(error))

    def _begin_span(self, job: Job) -> None:
        from opentelemetry import trace

        span = trace.get_tracer(_TRACER).start_as_current_span(
            job.job_function_name,
            context=context_of(job.traceparent),
            kind=trace.SpanKind.CONSUMER,
            attributes={
                "messaging.system": "odoo_queue_job",
                "messaging.operation.type": "process",
                "messaging.message.id": job.uuid,
                "messaging.destination.name": job.channel or "root",
                "db.namespace": self._dbname,
                "queue_job.attempt": job.retry + 1,
            },
        )
        self._span = self._stack.enter_context(span)

    def _begin_scope(self, job: Job) -> None:
        import sentry_sdk

        if not sentry_sdk.is_initialized():
            return
        scope = self._stack.enter_context(sentry_sdk.isolation_scope())
        details = {
            "uuid": job.uuid,
            "function": job.job_function_name,
            "channel": job.channel or "root",
            "attempt": job.retry + 1,
        }
        scope.set_transaction_name(job.job_function_name)
        scope.set_context("queue_job", {**details, "database": self._dbname})
        for name, value in details.items():
            scope.set_tag(f"queue_job.{name}", value)
