# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Log lines as JSON objects, with the job that was running."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any, Final

from ..core.suggest import did_you_mean
from .observation import running_job

#: What ``log_format`` may be.
FORMATS: Final = ("text", "json")
#: What each record has; the rest is what the line's author added by ``extra``.
_STANDARD: Final = frozenset(
    logging.makeLogRecord({}).__dict__.keys() | {"message", "asctime", "perf_info"}
)


def configure(log_format: str) -> None:
    """Make the process's log handlers write ``text`` (Odoo's lines) or ``json``.

    :raises ValueError: for another format
    """
    if log_format not in FORMATS:
        raise ValueError(
            f"[queue_job] log_format = {log_format!r} is neither text nor json."
            f"{did_you_mean(log_format, FORMATS)}"
        )
    if log_format == "json":
        for handler in logging.getLogger().handlers:
            handler.setFormatter(JsonFormatter())


class JsonFormatter(logging.Formatter):
    """One JSON object a line; what cannot be JSON is told as text."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        line: dict[str, Any] = {
            "time": _iso(record.created),
            "level": logging.getLevelName(record.levelno),
            "logger": record.name,
            "message": record.getMessage(),
            "pid": record.process,
            "database": getattr(record, "dbname", None),
            **_job(),
        }
        for name, value in record.__dict__.items():
            if name not in _STANDARD:
                line[name] = value
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        if record.stack_info:
            line["stack"] = self.formatStack(record.stack_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def _iso(timestamp: float) -> str:
    moment = datetime.fromtimestamp(timestamp, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _job() -> dict[str, Any]:
    job = running_job()
    if job is None:
        return {}
    return {
        "job": job.uuid,
        "function": job.job_function_name,
        "channel": job.channel or "root",
        "attempt": job.retry,
    }
