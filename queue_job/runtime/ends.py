# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the row of a job says about the end of an attempt."""

from __future__ import annotations

import logging
import traceback
from typing import Any, Final

from ..core.codec import EncodeError
from ..core.redact import redact
from ..core.states import JobState
from ..fields import EncodedJson, encode_json
from ..job import Job

_logger = logging.getLogger(__name__)

_TEXT_LIMIT: Final = 200_000  # characters


def done_values(retry: int, result: str | None, seconds: float) -> dict[str, Any]:
    """Return the columns of a job that succeeded."""
    return {
        "state": JobState.DONE.value,
        "retry": retry,
        "result": result,
        "exc_name": None,
        "exc_message": None,
        "exc_info": None,
        "exec_time": seconds,
    }


def failed_values(retry: int, error: Exception, seconds: float) -> dict[str, Any]:
    """Return the columns of a job that failed."""
    text = redact("".join(traceback.format_exception(error)))
    return {
        "state": JobState.FAILED.value,
        # What could not be read has been tried all the same.
        "retry": retry or 1,
        "exc_name": exc_name(error),
        "exc_message": exc_message(error),
        "exc_info": text[-_TEXT_LIMIT:],
        "exec_time": seconds,
    }


def pending_values(retry: int, **others: Any) -> dict[str, Any]:
    """Return the columns of a job that runs again later."""
    return {
        "state": JobState.PENDING.value,
        "retry": retry,
        "date_started": None,
        "date_enqueued": None,
        "worker_pid": None,
        **others,
    }


def result_text(result: Any) -> str | None:
    """Return what people read of what a method returned."""
    return str(result)[:_TEXT_LIMIT] if result else None


def encoded_result(job: Job, result: Any) -> EncodedJson | None:
    """Return what a method returned, for its children and for callers of the API."""
    try:
        return encode_json(result)
    except EncodeError as error:
        # The text is kept all the same.
        _logger.debug("job %s returned what is no JSON: %s", job.uuid, error)
        return None


def exc_name(error: Exception) -> str:
    """Return the dotted name of the error's class."""
    cls = type(error)
    if cls.__module__ == "builtins":
        return cls.__name__
    return f"{cls.__module__}.{cls.__name__}"


def exc_message(error: Exception) -> str:
    """Return what the error says, without secrets."""
    return redact(str(error.args[0] if error.args else error))
