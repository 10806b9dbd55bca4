# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The W3C trace context that a job carries from whoever delayed it.

OpenTelemetry is used when the process has loaded it already: whoever sets it up has
imported it, and nobody else pays for an import.
"""

from __future__ import annotations

import sys
from typing import Any


def is_traced() -> bool:
    """Tell whether this process writes traces."""
    return "opentelemetry.trace" in sys.modules


def traceparent() -> str | None:
    """Return the trace context of the caller, to be stored with a job."""
    if not is_traced():
        return None
    carrier: dict[str, str] = {}
    _propagator().inject(carrier)
    return carrier.get("traceparent")


def context_of(traceparent: str | None) -> Any:
    """Return the OpenTelemetry context of a stored trace context."""
    return _propagator().extract({"traceparent": traceparent} if traceparent else {})


def _propagator() -> Any:
    from opentelemetry.trace.propagation.tracecontext import (
        TraceContextTextMapPropagator,
    )

    return TraceContextTextMapPropagator()
