# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A graph of delayables, and what becomes of delayed jobs: run, handed over or stored.

In the caller's transaction, as all of delaying.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final, Protocol

from odoo.models import BaseModel

from ..core.edges import Edge, OnFailure
from ..core.graph import CycleError, Graph
from ..exception import DependencyCycleError
from ..job import storage
from ..utils import must_run_without_delay

if TYPE_CHECKING:
    from ..job import Job
    from . import Delayable

_logger = logging.getLogger(__name__)


class Sink(Protocol):
    """What takes delayed jobs instead of the database."""

    def take(self, nodes: Sequence[Delayable], edges: Sequence[Edge]) -> list[Job]:
        """Keep the nodes' jobs; return, for each, the job that stands for it.

        ``edges`` have positions in ``nodes``.
        """


#: The last one takes all jobs delayed in this process; see ``tests.common.trap_jobs``.
sinks: Final[list[Sink]] = []


class DelayableGraph(Graph["Delayable"]):
    """Delayables and what they wait for; delayed as a whole."""

    #: Where its vertices went when it was merged.
    _merged_into: DelayableGraph | None = None

    def link(
        self, parent: Delayable, child: Delayable, on_failure: OnFailure | None
    ) -> None:
        """Make ``child`` wait for ``parent``; None leaves the policy as it is."""
        self.add_edge(parent, child)
        if on_failure is not None:
            self._children[parent][child] = on_failure

    def _policy(self, parent: Delayable, child: Delayable) -> OnFailure:
        return self._children.get(parent, {}).get(child) or OnFailure.WAIT

    def merge(self, other: DelayableGraph) -> DelayableGraph:
        """Return the graph with the vertices of both; the smaller one ends empty."""
        if other is self:
            return self
        if len(other._children) > len(self._children):
            return other.merge(self)
        self.update(other)
        other._merged_into = self
        other._children = {}
        return self

    def delay(self) -> None:
        """Store all jobs in one INSERT, or run them when jobs are not to be delayed.

        :raises DependencyCycleError: when some wait for each other
        :raises ValueError: when no method was called on one of them
        :raises NotSerializableJobError: naming the argument that cannot be stored
        """
        try:
            vertices = list(self.topological_sort())
        except CycleError as err:
            for vertex in self.vertices():
                vertex._was_delayed = True
            raise DependencyCycleError(
                "These jobs would wait for each other for ever: "
                + " -> ".join(map(str, err.cycle))
            ) from err
        delayed = [v._generated_job for v in vertices if v._generated_job is not None]
        new = [vertex for vertex in vertices if vertex._generated_job is None]
        for vertex in new:
            vertex._build_job()
        if len(vertices) > 1:
            jobs = [vertex._generated_job for vertex in vertices]
            self._ensure_same_graph_uuid(jobs)
        if delayed:
            self._link_to_delayed(new)
        positions = {vertex: position for position, vertex in enumerate(new)}
        dispatch(
            new,
            [
                Edge(positions[parent], positions[child], self._policy(parent, child))
                for parent, child in self.edges()
                if parent in positions and child in positions
            ],
        )

    def _link_to_delayed(self, new: Iterable[Delayable]) -> None:
        """Make new jobs wait for those of their parents that were delayed before."""
        fresh = set(new)
        for parent, child in self.edges():
            if child in fresh and parent not in fresh:
                policy = self._policy(parent, child)
                child._generated_job.add_depends([parent._as_job()], policy)

    @staticmethod
    def _ensure_same_graph_uuid(jobs: Iterable[Job]) -> None:
        """Give the jobs one graph uuid; a single job needs none.

        :raises ValueError: when they belong to different graphs
        """
        jobs = list(jobs)
        if len(jobs) < 2:
            return
        known = {job.graph_uuid for job in jobs if job.graph_uuid}
        if len(known) > 1:
            raise ValueError(
                f"Jobs cannot be part of several graphs: {', '.join(sorted(known))}"
            )
        graph_uuid = known.pop() if known else str(uuid.uuid4())
        for job in jobs:
            job.graph_uuid = graph_uuid


def dispatch(
    nodes: Sequence[Delayable], edges: Sequence[Edge], independent: bool = False
) -> None:
    """Run, hand over or store the jobs of ``nodes``, which are sorted parents first.

    ``independent``: a node whose identity key an active job holds is skipped alone; in
    a graph, only when that is so for all that have a key.
    """
    for node in nodes:
        if node._generated_job is None:
            node._build_job()
    if _must_run(nodes):
        _run(nodes, edges)
        return
    all_nodes = nodes
    nodes, edges = _without_twins(nodes, edges, independent)
    _watch_twins(all_nodes)
    jobs = [node._generated_job for node in nodes]
    if sinks:
        for node, job in zip(nodes, sinks[-1].take(nodes, edges), strict=True):
            node._generated_job = job
    elif len(jobs) == 1:
        jobs[0].store()
    elif jobs:
        jobs[0].store_many(jobs, edges)


def _must_run(nodes: Iterable[Delayable]) -> bool:
    envs = {id(node.recordset.env): node.recordset.env for node in nodes}
    return any(must_run_without_delay(env) for env in envs.values())


def _run(nodes: Sequence[Delayable], edges: Sequence[Edge]) -> None:
    for parent, child, policy in edges:
        parents = [nodes[parent]._generated_job]
        nodes[child]._generated_job.add_depends(parents, policy)
    for node in nodes:
        job = node._generated_job
        job.perform()
        job.set_done()


def _without_twins(
    nodes: Sequence[Delayable], edges: Sequence[Edge], independent: bool
) -> tuple[Sequence[Delayable], Sequence[Edge]]:
    """Leave out nodes whose identity key an active job holds.

    ``independent``: leave out every such node. Otherwise all nodes when every keyed one
    has a twin, else none, because a part of a graph makes no sense; those with a twin
    are then stored without their key, which at most one active job may hold.
    """
    keyed = [node for node in nodes if isinstance(_key(node), str)]
    if not keyed:
        return nodes, edges
    env = keyed[0].recordset.env
    holders: dict[str, Any] = storage.records_with_identity_keys(
        env, {_key(node) for node in keyed}
    )
    if independent:
        return _first_of_each_key(nodes, holders), edges
    if all(_key(node) in holders for node in keyed):
        for node in keyed:
            node._generated_job = holders[_key(node)]
        return [], ()
    for node in keyed:
        if _key(node) in holders:
            _logger.info(
                "%s: identity key %r is held by %s; stored without it, with its graph",
                node,
                _key(node),
                holders[_key(node)],
            )
            node._generated_job.identity_key = None
        else:
            holders[_key(node)] = node._generated_job
    return nodes, edges


def _watch_twins(nodes: Iterable[Delayable]) -> None:
    """Tell those who asked of the end of the job that stands for theirs."""
    for node in nodes:
        if node.notify and isinstance(node._generated_job, BaseModel):
            node._generated_job._watch(node._watchers())


def _first_of_each_key(
    nodes: Iterable[Delayable], holders: dict[str, Any]
) -> list[Delayable]:
    kept = []
    for node in nodes:
        key = _key(node)
        holder = holders.get(key) if isinstance(key, str) else None
        if holder is not None:
            node._generated_job = holder
            continue
        if isinstance(key, str):
            holders[key] = node._generated_job
        kept.append(node)
    return kept


def _key(node: Delayable) -> Any:
    return node._generated_job.identity_key
