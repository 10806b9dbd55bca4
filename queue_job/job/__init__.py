# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The job in memory: a call of a model's method, and what became of it."""

from __future__ import annotations

import functools
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Self

from odoo import api, models

from ..core.chunks import Chunks
from ..core.clock import utc_now
from ..core.eta import Eta, parse_eta
from ..core.identity import identity_exact, identity_exact_hasher
from ..core.markers import job, related_action
from ..core.options import checked_args, checked_int, checked_kwargs, checked_text
from ..core.retry import DEFAULT_MAX_RETRIES, RETRY_INTERVAL, Delay, RetryPattern
from ..core.states import STATES, JobState
from ..exception import NoSuchJobError, NotReadableJobError
from . import loading, storage
from .method import check_call, delayable_method, split_method
from .running import JobRunning, current_job

if TYPE_CHECKING:
    from ..core.edges import Edge
    from ..core.job_config import JobConfig

__all__ = [
    "CANCELLED",
    "DEFAULT_MAX_RETRIES",
    "DEFAULT_PRIORITY",
    "DONE",
    "ENQUEUED",
    "FAILED",
    "PENDING",
    "RETRY_INTERVAL",
    "STARTED",
    "STATES",
    "WAIT_DEPENDENCIES",
    "Job",
    "current_job",
    "identity_exact",
    "identity_exact_hasher",
    "job",
    "related_action",
]

WAIT_DEPENDENCIES: Final[str] = JobState.WAIT_DEPENDENCIES.value
PENDING: Final[str] = JobState.PENDING.value
ENQUEUED: Final[str] = JobState.ENQUEUED.value
STARTED: Final[str] = JobState.STARTED.value
DONE: Final[str] = JobState.DONE.value
CANCELLED: Final[str] = JobState.CANCELLED.value
FAILED: Final[str] = JobState.FAILED.value

DEFAULT_PRIORITY: Final = 10  # the smallest number runs first

IdentityKey = str | Callable[["Job"], str] | None


def __getattr__(name: str) -> Any:
    """Legacy: ``DelayableRecordset`` was imported from here."""
    if name == "DelayableRecordset":
        from ..delay import DelayableRecordset

        return DelayableRecordset
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


class Job(JobRunning):
    """A method of a model to be called later, with its arguments and options.

    ``store()`` writes it in the caller's transaction; nothing here commits.
    """

    graph_uuid: str | None = None
    #: Full name of the channel it was given, instead of its job function's.
    _channel: str | None = None
    #: W3C trace context of whoever delayed it.
    traceparent: str | None = None

    #: Id of the queue.job record; None when there is none, or none was looked for.
    _db_id: int | None = None
    #: The record it was loaded from.
    _record: Any = None
    #: What the columns of records and arguments had, when they were read by a query.
    _stored: dict[str, Any] | None = None
    #: It is inserted with the next flush.
    _is_pending: bool = False
    #: It was given its uuid, so that a record may exist already.
    _may_be_stored: bool = False
    _identity_key: str | None = None
    _identity_key_func: Callable[[Job], str] | None = None

    def __init__(
        self,
        func: Callable[..., Any],
        args: Sequence[Any] | None = None,
        kwargs: Mapping[str, Any] | None = None,
        priority: int | None = None,
        eta: Eta = None,
        job_uuid: str | None = None,
        max_retries: int | None = None,
        description: str | None = None,
        channel: str | None = None,
        identity_key: IdentityKey = None,
    ) -> None:
        """Prepare a call of ``func``, a bound method of a recordset.

        :raises TypeError: when it is something else, or an option has a wrong type
        """
        self.recordset, self.method_name = split_method(func)
        self.model_name: str = self.recordset._name
        self.user_id: int = self.recordset.env.uid
        self.args = checked_args(args)
        self.kwargs = checked_kwargs(kwargs)
        self.uuid: str = job_uuid or str(uuid.uuid4())
        if job_uuid:
            self._may_be_stored = True
        self.priority = checked_int("priority", priority, DEFAULT_PRIORITY)
        self.max_retries = checked_int("max_retries", max_retries, DEFAULT_MAX_RETRIES)
        if self.max_retries < 0:
            raise ValueError(f"max_retries {max_retries} is negative; 0 = no limit.")
        self.date_created: datetime = utc_now()
        if eta:
            self._eta = parse_eta(eta, self.date_created)
        if description:
            # str(): it may be a translation that is not looked up yet.
            self.description = checked_text("description", str(description))
        if channel:
            self._channel = checked_text("channel", channel)
        if identity_key:
            self.identity_key = identity_key

    # -- reading stored jobs -----------------------------------------------------------

    @classmethod
    def load(cls, env: api.Environment, job_uuid: str) -> Self:
        """Return the stored job.

        :raises NoSuchJobError: when there is none
        """
        record = cls.db_records_from_uuids(env, [job_uuid])
        if not record:
            raise NoSuchJobError(f"Job {job_uuid} does not exist (any more).")
        return cls._load_from_db_record(record)

    @classmethod
    def load_many(cls, env: api.Environment, job_uuids: Iterable[str]) -> set[Self]:
        """Return the stored jobs; a uuid without job is ignored."""
        records = cls.db_records_from_uuids(env, job_uuids)
        return {cls._load_from_db_record(record) for record in records}

    @classmethod
    def db_records_from_uuids(
        cls, env: api.Environment, job_uuids: Iterable[str]
    ) -> models.BaseModel:
        """Return the ``queue.job`` records, in superuser mode."""
        return env["queue.job"].sudo().search([("uuid", "in", list(job_uuids))])

    @classmethod
    def db_record_from_uuid(cls, env: api.Environment, job_uuid: str) -> Any:
        """Legacy: return the ``queue.job`` record, in superuser mode."""
        return cls.db_records_from_uuids(env, [job_uuid])

    @classmethod
    def _load_from_db_record(
        cls, record: models.BaseModel, row: Mapping[str, Any] | None = None
    ) -> Self:
        """Return the job of a ``queue.job`` record, without a query beyond reading it.

        ``row``: its columns, when a query has read them already. Records, arguments and
        relatives are read when they are asked for.
        """
        job_ = cls.__new__(cls)
        job_.__dict__.update(loading.read_values(record, row))
        return job_

    @classmethod
    def enqueue(cls, func: Callable[..., Any], **options: Any) -> Any:
        """Legacy: store a job; with an active twin, return the twin's record."""
        job_ = cls(func, **options)
        check_call(func, job_.args, job_.kwargs)
        twin = job_.job_record_with_same_identity_key()
        if twin:
            return twin
        job_.store()
        return job_

    # -- identity ----------------------------------------------------------------------

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Job) and self.uuid == other.uuid

    def __hash__(self) -> int:
        return hash(self.uuid)

    def __repr__(self) -> str:
        return f"<Job {self.uuid}, priority:{self.priority}>"

    @property
    def identity_key(self) -> str | None:
        """Key that at most one waiting job has; a function is called at first use."""
        if self._identity_key is None and self._identity_key_func is not None:
            key = self._identity_key_func(self)
            self._identity_key = checked_text("identity_key", key) if key else None
        return self._identity_key

    @identity_key.setter
    def identity_key(self, value: IdentityKey) -> None:
        self._identity_key = self._identity_key_func = None
        if not value:
            return
        if isinstance(value, str):
            self._identity_key = checked_text("identity_key", value)
        elif callable(value):
            self._identity_key_func = value
        else:
            raise TypeError(
                f"identity_key {value!r} is a {type(value).__name__}: give a str or a "
                "function of the job, such as identity_exact."
            )

    def job_record_with_same_identity_key(self) -> models.BaseModel:
        """Return the record of the waiting job with the same identity key, or none."""
        return storage.record_with_identity_key(self.env, self.identity_key)

    # -- what it calls -----------------------------------------------------------------

    @functools.cached_property
    def recordset(self) -> models.BaseModel:
        """Records the method is called on, as the job's user."""
        return loading.read_recordset(self)

    @functools.cached_property
    def args(self) -> tuple[Any, ...]:
        """Positional arguments."""
        return tuple(loading.read_json(self, "args"))

    @functools.cached_property
    def kwargs(self) -> dict[str, Any]:
        """Keyword arguments."""
        return dict(loading.read_json(self, "kwargs"))

    @functools.cached_property
    def chunks(self) -> Chunks:
        """How far it has come, if it works in chunks; kept in memory."""
        return Chunks(loading.read_position(self), lambda: self.env)

    @property
    def env(self) -> api.Environment:
        """Environment the method is called in, but for ``job_uuid`` in its context."""
        return self.recordset.env

    @property
    def func(self) -> Callable[..., Any]:
        """Bound method, with ``job_uuid`` in the context of its recordset.

        :raises NotReadableJobError: when the model has no such method (any more)
        """
        records = loading.records_to_call(self)
        try:
            return delayable_method(records, self.method_name)
        except AttributeError as err:
            raise NotReadableJobError(
                f"Job {self.uuid}: {err} Install the addon that has it, or cancel the "
                "job."
            ) from err

    @functools.cached_property
    def func_string(self) -> str:
        """``model(ids).method(args)``, for people; shortened when long."""
        return storage.func_string(self)

    @functools.cached_property
    def description(self) -> str:
        """First line of the method's docstring unless one was given."""
        method = getattr(type(self.recordset), self.method_name)
        first_line = (method.__doc__ or "").strip().partition("\n")[0].rstrip()
        return first_line or f"{self.model_name}.{self.method_name}"

    @functools.cached_property
    def company_id(self) -> int | None:
        """Id of the company in the context, else of the current company."""
        env = self.env
        given = env.context.get("company_id")
        return given if given and isinstance(given, int) else env.company.id

    @property
    def job_function_name(self) -> str:
        """Name of the job function that configures it: ``<model>.method``."""
        return f"<{self.model_name}>.{self.method_name}"

    @property
    def channel(self) -> str:
        """Full name of its channel: the one it was given, else its job function's."""
        if self._channel:
            return self._channel
        # It was decided when the job was stored: none is the root.
        return "root" if self._record else self.job_config.channel

    @channel.setter
    def channel(self, value: str | None) -> None:
        self._channel = checked_text("channel", value) if value else None

    @functools.cached_property
    def job_config(self) -> JobConfig:
        """Configuration of its job function; the decorators of the method fill gaps."""
        return storage.job_config(self)

    @property
    def on_fail_method_name(self) -> str | None:
        """Name of the method of the model to call when it failed for good."""
        return self.job_config.on_fail_method_name

    # -- storing -----------------------------------------------------------------------

    def store(self) -> None:
        """Write the job, inserting it when it is new, in the caller's transaction.

        :raises NotSerializableJobError: naming the argument that cannot be stored
        """
        is_known = self._db_id is not None or self._is_pending or self._may_be_stored
        if not is_known or not self.db_record():
            self.store_many([self])
        else:
            storage.update(self)

    @classmethod
    def store_many(cls, jobs: Sequence[Job], edges: Sequence[Edge] = ()) -> None:
        """Insert new jobs at once, in the caller's transaction.

        ``edges`` have positions in ``jobs``.

        :raises NotSerializableJobError: naming the argument that cannot be stored
        """
        storage.insert(jobs, edges)

    def db_record(self) -> models.BaseModel:
        """Return the ``queue.job`` record, in superuser mode; empty when not stored."""
        return storage.record_of(self)

    # -- running -----------------------------------------------------------------------

    def _config_env(self) -> api.Environment:
        """Return an environment that exists already: no record need be read."""
        return self.env if self._record is None else self._record.env

    def _retry_pattern(self) -> RetryPattern:
        return self.job_config.retry_pattern

    def _get_retry_seconds(self, seconds: Delay | None = None) -> int:
        """Return the seconds to wait before the next attempt."""
        backoff = self.job_config.retry_policy.backoff
        if seconds is None and backoff and not self._retry_pattern():
            seconds = backoff.delay(self.retry)
        return super()._get_retry_seconds(seconds)

    def on_fail(self, values: Mapping[str, Any]) -> None:
        """Call the method of the model configured for failures, if any.

        ``values`` has the keys ``exc_name``, ``exc_message`` and ``exc_info``.
        """
        if self.on_fail_method_name:
            keys = ("exc_name", "exc_message", "exc_info")
            details = {key: values.get(key) for key in keys}
            getattr(self.recordset, self.on_fail_method_name)(**details)

    def related_action(self) -> Any:
        """Return the action that shows what it works on, or None."""
        config = self.job_config
        if not config.related_action_enable:
            return None
        record = self.db_record()
        name = config.related_action_func_name or record._default_related_action
        return getattr(record, name)(**config.related_action_kwargs)

    def lock(self) -> bool:
        """Lock its row of ``queue_job_lock`` until the transaction ends.

        :return: False when somebody else runs it, or there is no such row
        """
        return storage.lock(self)

    def add_lock_record(self) -> None:
        """Insert its row of ``queue_job_lock`` unless there is one."""
        storage.add_lock_record(self)

    # -- changes of state --------------------------------------------------------------

    def set_started(self) -> None:
        """Note that this process runs it."""
        super().set_started()
        self.add_lock_record()
