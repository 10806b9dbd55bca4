# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From the record of a job to the job in memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from odoo import models

from ..exception import NoSuchJobError, NotReadableJobError

if TYPE_CHECKING:
    from . import Job

#: Attribute of Job -> column of queue.job.
_COLUMNS: Final = {
    "uuid": "uuid",
    "graph_uuid": "graph_uuid",
    "state": "state",
    "model_name": "model_name",
    "method_name": "method_name",
    "func_string": "func_string",
    "description": "name",
    "user_id": "user_id",
    "company_id": "company_id",
    "_channel": "channel",
    "result": "result",
    "exc_name": "exc_name",
    "exc_message": "exc_message",
    "exc_info": "exc_info",
    "worker_pid": "worker_pid",
    "date_created": "date_created",
    "date_enqueued": "date_enqueued",
    "date_started": "date_started",
    "date_done": "date_done",
    "date_cancelled": "date_cancelled",
    "_eta": "eta",
    "_identity_key": "identity_key",
    "priority": "priority",
    "retry": "retry",
    "max_retries": "max_retries",
    "traceparent": "traceparent",
}
_NUMBERS: Final = ("priority", "retry", "max_retries")
_JSON: Final = ("records", "args", "kwargs", "position")
#: What they are once they are read.
_TYPES: Final = {"records": models.BaseModel, "args": list | tuple, "kwargs": dict}
_READ: Final = ", ".join((*_COLUMNS.values(), *_JSON))
_SELECT: Final = f"SELECT {_READ} FROM queue_job WHERE id = %s"  # nosec B608


def read_values(
    record: models.BaseModel, row: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return the attributes of the job of a record; records and arguments later.

    :param row: columns of ``queue_job`` that were read already, at least those of a job
    :raises NoSuchJobError: when the record does not exist
    """
    record = record.sudo()
    if row is not None:
        values = {name: row[column] for name, column in _COLUMNS.items()}
        values["_stored"] = {name: row[name] for name in _JSON}
    elif _is_unknown(record):
        values = _select(record)
    else:
        # One query for all that were read together, tracebacks included.
        record.browse(record._prefetch_ids).fetch(_COLUMNS.values())
        values = {name: record[column] for name, column in _COLUMNS.items()}
        for name in ("user_id", "company_id"):
            values[name] = values[name].id
    values = {name: value or None for name, value in values.items()}
    for name in _NUMBERS:
        values[name] = values[name] or 0
    values["description"] = values["description"] or ""
    values["_record"] = record
    values["_db_id"] = record.id
    return values


def _is_unknown(record: models.BaseModel) -> bool:
    """Return whether a query of our own may read the record.

    That is the case of a job about to run: the ORM knows nothing of it, and takes five
    times as long as the query. Not where it has read several records at once, nor
    where something of a job is not written yet.
    """
    env = record.env
    return (
        record._prefetch_ids == record._ids
        and record.id not in record._fields["uuid"]._get_cache(env)
        and all(field.model_name != record._name for field in env._field_dirty)
    )


def _select(record: models.BaseModel) -> dict[str, Any]:
    record.env.cr.execute(_SELECT, [record.id or None])
    row = record.env.cr.fetchone()
    if row is None:
        raise NoSuchJobError(f"Job with id {record.id} does not exist (any more).")
    values = dict(zip((*_COLUMNS, *_JSON), row, strict=True))
    values["_stored"] = {name: values.pop(name) for name in _JSON}
    return values


def read_json(job: Job, name: str) -> Any:
    """Return the value of ``records``, ``args`` or ``kwargs`` of a stored job.

    :raises NotReadableJobError: when something in it cannot be read back
    """
    if job._stored is None:
        return _checked(job, name, job._record[name])
    return _decoded(job, name, job._stored[name])


def _decoded(job: Job, name: str, stored: Any) -> Any:
    record = job._record
    value = record._fields[name].convert_to_record(stored, record)
    return _checked(job, name, value)


def _checked(job: Job, name: str, value: Any) -> Any:
    if not isinstance(value, _TYPES[name]):
        raise NotReadableJobError(
            f"Job {job.uuid}: its {name} {value!r} cannot be read back, they are not "
            "what the queue stores. Cancel the job, and delay a new one."
        )
    return value


def read_position(job: Job) -> Any:
    """Return the position that the job saved last, typed JSON."""
    if job._stored is not None:
        return job._stored["position"]
    position = job._record.position if job._record else False
    return None if position is False else position


def read_recordset(job: Job) -> models.BaseModel:
    """Return the records a stored job works on.

    :raises NotReadableJobError: when their model is not installed any more
    """
    return _of_model(job, read_json(job, "records"))


def records_to_call(job: Job) -> models.BaseModel:
    """Return the records its method is called on, with ``job_uuid`` in their context.

    :raises NotReadableJobError: when their model is not installed any more
    """
    stored: Any = job._stored["records"] if job._stored else None
    context = stored.get("context") if isinstance(stored, dict) else None
    if not isinstance(context, dict) or "recordset" in vars(job):
        return job.recordset.with_context(job_uuid=job.uuid)
    # Nobody has asked for its records: they need no environment beside this one.
    context = {**context, "job_uuid": job.uuid}
    return _of_model(job, _decoded(job, "records", {**stored, "context": context}))


def _of_model(job: Job, records: models.BaseModel) -> models.BaseModel:
    if job.model_name not in job._record.env:
        raise NotReadableJobError(
            f"Job {job.uuid}: the model {job.model_name} is not installed (any more). "
            "Install its addon again, or cancel the job."
        )
    if records._name != job.model_name:
        raise NotReadableJobError(
            f"Job {job.uuid}: its records are none of {job.model_name}. Cancel the "
            "job, and delay a new one."
        )
    return records
