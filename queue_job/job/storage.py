# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Between the job in memory and its record; all in the caller's transaction."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any, Final

from odoo import api, models
from odoo.sql_db import BaseCursor
from odoo.tools import SQL

from ..core import codec
from ..core.codec import EncodeError
from ..core.edges import Edge
from ..core.markers import ACTION_METHODS, MARKED_METHODS, find_marker
from ..core.retry import parse_retry_pattern
from ..core.states import ACTIVE_STATES, JobState
from ..core.suggest import did_you_mean
from ..core.trace_context import traceparent
from ..exception import NotSerializableJobError
from ..fields import EncodedJson, encode_json
from ..store import graph, notices
from ..store.enqueue import insert_jobs
from ..store.extensions import is_extended
from . import pending
from .allowed import check_allowed
from .rate import rate_key
from .relatives import insert_links

if TYPE_CHECKING:
    from ..core.job_config import JobConfig
    from . import Job

_MAX_FUNC_STRING: Final = 1000  # characters; it is for people, and stored with each job
_MISSING: Final = object()
_EMPTY_ARGS: Final = EncodedJson("[]")
_EMPTY_KWARGS: Final = EncodedJson("{}")

#: Attributes of Job that ``Job.store()`` writes to a record that exists.
_UPDATED: Final = (
    "graph_uuid",
    "state",
    "priority",
    "retry",
    "max_retries",
    "eta",
    "channel",
    "identity_key",
    "exc_name",
    "exc_message",
    "exc_info",
    "worker_pid",
    "date_enqueued",
    "date_started",
    "date_done",
    "date_cancelled",
    "exec_time",
)

_IDENTITY_HOLDERS: Final = """
    SELECT identity_key, job_id FROM queue_job_identity WHERE identity_key = ANY(%s)
"""
# Whether a running job still holds its key is an option of its function.
_ACTIVE_HOLDERS: Final = """
    SELECT job.id
      FROM queue_job AS job
 LEFT JOIN queue_job_function AS function ON function.id = job.job_function_id
     WHERE job.id = ANY(%s)
       AND (job.state = ANY(%s)
            OR job.state = 'started' AND function.identity_while_started)
"""

# --- reading ------------------------------------------------------------------------


def record_of(job: Job) -> models.BaseModel:
    """Return the ``queue.job`` record, in superuser mode; empty when not stored."""
    if job._record is not None:
        return job._record
    model = job.env["queue.job"].sudo()
    if job._is_pending:
        pending.flush(job.env.cr)
        job._is_pending = False
    if job._db_id is None and job._may_be_stored:
        job._db_id = model.search([("uuid", "=", job.uuid)], limit=1).id or None
    return model.browse(job._db_id or ())


def records_with_identity_keys(
    env: api.Environment, identity_keys: Collection[str]
) -> dict[str, models.BaseModel]:
    """Return the records of the jobs that hold these keys, in superuser mode."""
    model = env["queue.job"].sudo()
    if not identity_keys:
        return {}
    pending.flush_holders(env.cr, identity_keys)
    # Not the model's own: it would insert all jobs that wait for a flush.
    models.BaseModel.flush_model(model, ["identity_key", "state"])
    env.cr.execute(_IDENTITY_HOLDERS, [list(identity_keys)])
    holders = dict(env.cr.fetchall())
    if not holders:
        return {}
    # Few get here, so that what decides is not planned for each job that is delayed.
    active = [state.value for state in ACTIVE_STATES]
    env.cr.execute(_ACTIVE_HOLDERS, [list(holders.values()), active])
    still = {job_id for (job_id,) in env.cr.fetchall()}
    return {key: model.browse(id_) for key, id_ in holders.items() if id_ in still}


def record_with_identity_key(
    env: api.Environment, identity_key: str | None
) -> models.BaseModel:
    """Return the record of the job that holds the key, in superuser mode, or none."""
    none = env["queue.job"].sudo()
    if not identity_key:
        return none
    return records_with_identity_keys(env, [identity_key]).get(identity_key, none)


def job_config(job: Job) -> JobConfig:
    """Return the configuration by the function record, its gaps by the decorators."""
    functions = job._config_env()["queue.job.function"]
    config = functions.sudo().job_config(job.job_function_name)
    name = job.method_name
    if name in MARKED_METHODS and not config.retry_pattern:
        pattern = find_marker(type(job.recordset), name, "retry_pattern")
        config = config._replace(retry_pattern=parse_retry_pattern(pattern))
    if (
        name in ACTION_METHODS
        and config.related_action_enable
        and not config.related_action_func_name
    ):
        model_class = type(job.recordset)
        action = find_marker(model_class, name, "related_action", _MISSING)
        if action is not _MISSING:
            config = config._replace(
                related_action_enable=bool(action),
                related_action_func_name=action,
                related_action_kwargs=find_marker(model_class, name, "kwargs"),
            )
    return config


# --- inserting ----------------------------------------------------------------------


def insert(jobs: Sequence[Job], edges: Sequence[Edge] = ()) -> None:
    """Insert new jobs at once, with what they depend on.

    ``edges`` have positions in ``jobs``.

    :raises NotSerializableJobError: naming the argument that cannot be stored
    """
    if not jobs:
        return
    for parent, child, _policy in edges:
        if jobs[parent].state != JobState.DONE:
            jobs[child].state = JobState.WAIT_DEPENDENCIES.value
    env = jobs[0].env
    configs: dict[str, JobConfig] = {}
    encoded: dict[int, EncodedJson] = {}
    vals_list = [
        create_values(job, _cached_config(job, configs), encoded) for job in jobs
    ]
    if len(jobs) == 1 and _may_wait(jobs[0]):
        pending.add(jobs[0], vals_list[0])
        return
    pending.flush(env.cr)
    ids = insert_jobs(env, vals_list, edges).ids
    for job, job_id in zip(jobs, ids, strict=True):
        job._db_id = job_id
    insert_links(env, jobs)
    notices.watch(
        env.cr,
        [
            (job_id, user.id)
            for job, job_id in zip(jobs, ids, strict=True)
            for user in job.watchers or ()
        ],
    )


def _may_wait(job: Job) -> bool:
    """Return whether nobody notices when the job is inserted with the next flush."""
    return not (
        job._parents
        or job._children
        or job.watchers
        or job.env.cr.readonly  # Odoo looks for the error to take another cursor
        or is_extended(job.env["queue.job"], "create")
    )


def _cached_config(job: Job, configs: dict[str, JobConfig]) -> JobConfig:
    name = job.job_function_name
    if name not in configs:
        configs[name] = job._config_env()["queue.job.function"].sudo().job_config(name)
        check_allowed(job, configs[name])
    return configs[name]


def create_values(
    job: Job, config: JobConfig, encoded: dict[int, EncodedJson]
) -> dict[str, Any]:
    """Return the values of the new record of a job.

    ``encoded``: arguments of other jobs by ``id()``; those of a split are the same.

    :raises NotSerializableJobError: naming the argument that cannot be stored
    """
    values = _extra_values(job)
    values.update(
        uuid=job.uuid,
        graph_uuid=job.graph_uuid,
        user_id=job.user_id,
        company_id=job.company_id or None,
        name=job.description,
        model_name=job.model_name,
        method_name=job.method_name,
        records=_encoded(job, job.recordset, "records", encoded),
        args=_encoded(job, job.args, "args", encoded),
        kwargs=_encoded(job, job.kwargs, "kwargs", encoded),
        func_string=job.func_string,
        state=job.state,
        priority=job.priority,
        date_created=job.date_created,
        eta=job.eta,
        retry=job.retry,
        max_retries=job.max_retries,
        channel_method_name=job.job_function_name,
        job_function_id=config.job_function_id,
        channel=job._channel or config.channel,
        identity_key=job.identity_key,
    )
    if config.rate_key:
        values["rate_key"] = rate_key(job, config.rate_key)
    if trace := traceparent():
        values["traceparent"] = trace
    if batch := job.recordset.env.context.get("job_batch"):
        values["job_batch_id"] = batch.id
    return values


def _extra_values(job: Job) -> dict[str, Any]:
    """Return what the model adds for fields of queue.job, the method's own last.

    :raises ValueError: for a name that is no stored field
    """
    records = job.recordset
    values = dict(records._job_store_values(job) or {})
    specific = getattr(records, f"_job_store_values_for_{job.method_name}", None)
    if specific is not None:
        values.update(specific(job) or {})
    fields = job._config_env()["queue.job"]._fields
    for name in values:
        if name not in fields or not fields[name].store:
            raise ValueError(
                f"{job.model_name}._job_store_values: queue.job has no stored field "
                f"{name!r}.{did_you_mean(name, fields)}"
            )
    return values


def _encoded(
    job: Job, value: Any, part: str, encoded: dict[int, EncodedJson]
) -> EncodedJson:
    if not value and part != "records":
        return _EMPTY_ARGS if part == "args" else _EMPTY_KWARGS
    if (known := encoded.get(id(value))) is not None:
        return known
    try:
        text = encoded[id(value)] = encode_json(value)
    except EncodeError as err:
        raise NotSerializableJobError(
            f"{job.model_name}.{job.method_name} cannot be delayed: "
            f"{_argument(job, part, err.path)}: {err.reason}"
        ) from err
    return text


def _argument(job: Job, part: str, path: list[int | str]) -> str:
    """Return the words for a place inside the arguments: ``argument 'vals'['ref']``."""
    if part == "records" or not path:
        return part
    name, *rest = path
    if part == "args":
        name = _parameter_name(job, int(name))
    return f"argument {name!r}" + "".join(f"[{step!r}]" for step in rest)


def _parameter_name(job: Job, position: int) -> int | str:
    method = getattr(job.recordset, job.method_name)
    names = list(inspect.signature(method).parameters)
    return names[position] if position < len(names) else position


def func_string(job: Job) -> str:
    """Return ``model(ids).method(args)``, shortened when long."""
    args = [repr(arg) for arg in job.args]
    args.extend(f"{name}={value!r}" for name, value in job.kwargs.items())
    text = f"{job.recordset!r}.{job.method_name}({', '.join(args)})"
    if len(text) > _MAX_FUNC_STRING:
        text = text[: _MAX_FUNC_STRING - 3] + "..."
    return text.replace("\0", "\\0")


# --- updating -----------------------------------------------------------------------


def update(job: Job) -> None:
    """Write to the record what changed in the job since it was read."""
    record = record_of(job)
    values = {name: getattr(job, name) for name in _UPDATED}
    values["result"] = str(job.result) if job.result else None
    changed = {
        name: value
        for name, value in values.items()
        if (record[name] or None) != (value or None)
    }
    if changed:
        record.with_context(_job_edit_sentinel=record.EDIT_SENTINEL).write(changed)
    insert_links(job.env, [job])


# --- running ------------------------------------------------------------------------


def rebind(value: Any, cr: BaseCursor) -> Any:
    """Return ``value`` with every recordset in it bound to the cursor."""
    return _with_records(value, lambda records: records.with_env(records.env(cr=cr)))


def _with_records(value: Any, change: Callable[[models.BaseModel], Any]) -> Any:
    """Return ``value`` with every recordset in it changed."""
    if isinstance(value, models.BaseModel):
        return change(value)
    if isinstance(value, dict):
        return {key: _with_records(item, change) for key, item in value.items()}
    if type(value) in (list, tuple, set, frozenset):
        return type(value)(_with_records(item, change) for item in value)
    return value


def parent_results(job: Job) -> list[Any]:
    """Return what the parents of the job returned, in the order they were delayed."""
    env = job.env
    if job._parents:
        results = [parent.result for parent in job._parents]
    else:
        stored = graph.parent_results(record_of(job).env.cr, record_of(job).id)
        results = [codec.decode(result, env) for result in stored]
    # A result may have been made as another user, or in superuser mode.
    return _with_records(results, lambda records: records.with_env(env))


def lock(job: Job) -> bool:
    """Lock its row of ``queue_job_lock`` until the transaction ends."""
    cr = record_of(job).env.cr
    cr.execute(
        SQL(
            """
            SELECT queue_job_id FROM queue_job_lock
             WHERE queue_job_id = %s
               FOR NO KEY UPDATE SKIP LOCKED
            """,
            record_of(job).id or None,
        )
    )
    return bool(cr.fetchall())


def add_lock_record(job: Job) -> None:
    """Insert its row of ``queue_job_lock``; nothing happens for a job not stored."""
    record = record_of(job)
    if not record:
        return
    record.env.cr.execute(
        SQL(
            """
            INSERT INTO queue_job_lock (id, queue_job_id) VALUES (%(id)s, %(id)s)
            ON CONFLICT (id) DO NOTHING
            """,
            id=record.id,
        )
    )
