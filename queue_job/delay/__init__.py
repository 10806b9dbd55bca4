# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Delaying calls: one job, or a graph of jobs that wait for each other.

Everything here runs in the caller's transaction: a rollback forgets the jobs, and no
worker sees them before the commit.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, Self, TypeAlias

from odoo.models import BaseModel

from ..core.graph import Graph
from ..core.parent_result import ParentResult, ParentResults
from ..core.suggest import did_you_mean
from ..job import Job
from ..job.method import check_call, delayable_method
from .graph import DelayableGraph, dispatch
from .nodes import AnyNode, DelayableChain, DelayableGroup, Node

if TYPE_CHECKING:
    from ..core.eta import Eta
    from ..job import IdentityKey

    Notify: TypeAlias = bool | BaseModel | None

__all__ = [
    "Delayable",
    "DelayableChain",
    "DelayableGraph",
    "DelayableGroup",
    "DelayableRecordset",
    "Graph",
    "Job",
    "ParentResult",
    "ParentResults",
    "chain",
    "delay_many",
    "group",
]

_logger = logging.getLogger(__name__)

#: Options of a job, as given to ``with_delay()``, ``delayable()`` and ``set()``.
PROPERTIES: Final = (
    "priority",
    "eta",
    "max_retries",
    "description",
    "channel",
    "identity_key",
    "notify",
)


def group(
    *delayables: AnyNode,
    on_failure: str | None = None,
) -> DelayableGroup:
    """Return a node whose elements run in parallel.

    :param on_failure: what becomes of jobs that wait for the group when one of its
        elements fails, where they do not say so themselves; see ``on_done``
    """
    return DelayableGroup(*delayables, on_failure=on_failure)


def chain(
    *delayables: AnyNode,
    on_failure: str | None = None,
) -> DelayableChain:
    """Return a node whose elements run one after the other.

    :param on_failure: what becomes of the next element when one fails; see ``on_done``
    """
    return DelayableChain(*delayables, on_failure=on_failure)


def delay_many(delayables: Iterable[Delayable]) -> list[Any]:
    """Store many jobs that do not wait for each other, in one INSERT.

    Unlike with a group they share no graph. Returns what ``with_delay`` returns, each.

    :raises ValueError: when one of them is part of a graph
    """
    nodes = list(delayables)
    for node in nodes:
        if node._own_graph is not None:
            raise ValueError(f"{node} is part of a graph: delay that graph.")
    dispatch(
        [node for node in nodes if node._generated_job is None], (), independent=True
    )
    return [node._generated_job for node in nodes]


class Delayable(Node):
    """A call of a method to be delayed: ``records.delayable(...).method(...)``.

    Calling a method of the records on it notes the call; ``delay()`` stores the job.
    """

    __slots__ = (
        *PROPERTIES,
        "_generated_job",
        "_job_args",
        "_job_kwargs",
        "_job_method",
        "_was_delayed",
        "recordset",
    )

    def __init__(
        self,
        recordset: BaseModel,
        priority: int | None = None,
        eta: Eta = None,
        max_retries: int | None = None,
        description: str | None = None,
        channel: str | None = None,
        identity_key: IdentityKey = None,
        notify: Notify = None,
    ) -> None:
        self._own_graph = None
        self._generated_job: Any = None
        self._was_delayed = False
        self._job_method: Callable[..., Any] | None = None
        self._job_args: tuple[Any, ...] = ()
        self._job_kwargs: dict[str, Any] = {}
        self.recordset = recordset
        self.priority = priority
        self.eta = eta
        self.max_retries = max_retries
        self.description = description
        self.channel = channel
        self.identity_key = identity_key
        self.notify = notify

    def __del__(self) -> None:
        # Missing when __init__ was given wrong arguments.
        if not getattr(self, "_was_delayed", True):
            _logger.warning("%s was prepared but never delayed", self)

    def __repr__(self) -> str:
        method = getattr(self._job_method, "__name__", "<no method>")
        args = [repr(arg) for arg in self._job_args]
        args.extend(f"{name}={value!r}" for name, value in self._job_kwargs.items())
        return f"Delayable({self.recordset!r}.{method}({', '.join(args)}))"

    def __getattr__(self, name: str) -> Callable[..., Self]:
        if name in Delayable.__slots__ or name.startswith("__"):
            raise AttributeError(name)
        return functools.partial(
            self._set_method, delayable_method(self.recordset, name)
        )

    def _set_method(
        self, method: Callable[..., Any], *args: Any, **kwargs: Any
    ) -> Self:
        if self._job_method is not None:
            raise ValueError(f"A method was called on {self} already.")
        try:
            check_call(method, args, kwargs)
        except TypeError:
            self._was_delayed = True  # the error says enough
            raise
        return self._note_call(method, args, kwargs)

    def _note_call(
        self,
        method: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> Self:
        self._job_method = method
        self._job_args = args
        self._job_kwargs = kwargs
        return self

    def set(self, *properties: Mapping[str, Any], **named: Any) -> Self:
        """Set options, see ``with_delay``.

        :raises ValueError: for another name
        """
        for name, value in {**dict(*properties), **named}.items():
            if name not in PROPERTIES:
                raise ValueError(
                    f"A job has no property {name!r}.{did_you_mean(name, PROPERTIES)} "
                    f"It has {', '.join(PROPERTIES)}."
                )
            setattr(self, name, value)
        return self

    def split(self, size: int, chain: bool = False) -> DelayableGroup | DelayableChain:
        """Return a group (or chain) of the same call on slices of ``size`` records.

        No records, no slices: the group is empty then, and delaying it stores nothing.

        :raises ValueError: when no method was called yet, when this waits for
            something already, when ``size`` is not positive
        """
        if self._job_method is None:
            raise ValueError(f"No method was called on {self}: nothing to split.")
        if size <= 0:
            raise ValueError(f"Cannot split in slices of {size} records.")
        if self._own_graph is not None and len(self._graph.vertices()) > 1:
            raise ValueError(f"{self} is part of a graph: split it before.")
        self._was_delayed = True
        whole = Job(self._job_method, description=self.description)
        starts = range(0, len(self.recordset), size)
        slices = [
            self._slice(whole, start, size, f"{number}/{len(starts)}")
            for number, start in enumerate(starts, start=1)
        ]
        return (DelayableChain if chain else DelayableGroup)(*slices)

    def _slice(self, whole: Job, start: int, size: int, position: str) -> Delayable:
        records = self.recordset[start : start + size]
        key = self.identity_key
        part = Delayable(
            records,
            priority=self.priority,
            eta=self.eta,
            max_retries=self.max_retries,
            description=f"{whole.description} (split {position})",
            channel=self.channel,
            # The same key for all of them would let only the first one be stored.
            identity_key=f"{key} {position}" if isinstance(key, str) else key,
            notify=self.notify,
        )
        method = getattr(records, whole.method_name)
        return part._note_call(method, self._job_args, self._job_kwargs)

    def delay(self) -> None:
        """Store the job, with the whole graph it is part of if any."""
        if self._own_graph is not None:
            self._graph.delay()
        elif self._generated_job is None:
            dispatch([self], (), independent=True)

    def _head(self) -> list[Delayable]:
        return [self]

    def _tail(self) -> list[Delayable]:
        return [self]

    def _new_graph(self) -> DelayableGraph:
        graph = DelayableGraph()
        graph.add_vertex(self)
        return graph

    def _join(self, graph: DelayableGraph) -> DelayableGraph:
        if self._own_graph is not None:
            return graph.merge(self._graph)
        graph.add_vertex(self)
        self._own_graph = graph
        return graph

    def _as_job(self) -> Any:
        """Return its job; ``_generated_job`` may be the record of a twin."""
        generated = self._generated_job
        if isinstance(generated, BaseModel):
            return Job._load_from_db_record(generated)
        return generated

    def _build_job(self) -> Any:
        self._was_delayed = True
        if self._job_method is None:
            raise ValueError(f"No method was called on {self}: nothing to delay.")
        self._generated_job = Job(
            self._job_method,
            args=self._job_args,
            kwargs=self._job_kwargs,
            priority=self.priority,
            eta=self.eta,
            max_retries=self.max_retries,
            description=self.description,
            channel=self.channel,
            identity_key=self.identity_key,
        )
        if self.notify:
            self._generated_job.watchers = self._watchers()
        return self._generated_job

    def _watchers(self) -> BaseModel:
        """Return the users who want to hear of the end of the job.

        :raises TypeError: when ``notify`` names no users
        """
        users = self.recordset.env["res.users"]
        if self.notify is True:
            return users.browse(self.recordset.env.uid)
        if isinstance(self.notify, BaseModel) and self.notify._name == users._name:
            return self.notify
        raise TypeError(
            f"notify={self.notify!r} names no users: give True for the current one, or "
            "records of res.users."
        )


class DelayableRecordset:
    """What ``records.with_delay()`` returns: calling a method on it stores a job.

    The call returns a Job, or the queue.job record of its active twin by identity key.
    """

    __slots__ = ("delayable",)

    def __init__(self, recordset: BaseModel, **options: Any) -> None:
        self.delayable = Delayable(recordset, **options)

    @property
    def recordset(self) -> BaseModel:
        """Records the method will be called on."""
        return self.delayable.recordset

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            method = delayable_method(self.recordset, name)
        except AttributeError:
            self.delayable._was_delayed = True  # the error says enough
            raise

        def delay(*args: Any, **kwargs: Any) -> Any:
            delayable = self.delayable._set_method(method, *args, **kwargs)
            delayable.delay()
            return delayable._generated_job

        return delay

    def __repr__(self) -> str:
        return f"DelayableRecordset({self.recordset!r})"
