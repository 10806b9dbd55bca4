# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The parts of a graph of delayed calls: groups, chains, and what waits for them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self, TypeAlias

from ..core.edges import OnFailure, checked_policy
from .graph import DelayableGraph

if TYPE_CHECKING:
    from . import Delayable

#: What can be put into a graph.
AnyNode: TypeAlias = "Delayable | DelayableGroup | DelayableChain"


class Node:
    """What can be put into a graph: a delayable, a group or a chain."""

    __slots__ = ("_own_graph",)

    _own_graph: DelayableGraph | None
    #: For what waits for this and does not say what to do when it fails.
    _on_failure: OnFailure | None = None

    def _head(self) -> list[Delayable]:
        """Return the delayables that begin first."""
        raise NotImplementedError

    def _tail(self) -> list[Delayable]:
        """Return the delayables that end last."""
        raise NotImplementedError

    @property
    def _graph(self) -> DelayableGraph:
        graph = self._own_graph or self._new_graph()
        while graph._merged_into is not None:
            graph = graph._merged_into
        self._own_graph = graph
        return graph

    def _new_graph(self) -> DelayableGraph:
        return DelayableGraph()

    def _join(self, graph: DelayableGraph) -> DelayableGraph:
        """Make this node part of ``graph``; return the graph of both."""
        return graph.merge(self._graph)

    def on_done(
        self,
        *delayables: AnyNode,
        on_failure: str | None = None,
    ) -> Self:
        """Run ``delayables`` when all of this is done.

        :param on_failure: what becomes of them when a job of this fails for good:
            ``"wait"`` for it to be requeued (default), ``"run"`` all the same,
            ``"skip"``: count as done without running, or ``"cancel"``, with all that
            waits for them
        :raises ValueError: for another policy
        """
        policy = _policy(on_failure) or self._on_failure
        for delayable in _checked_nodes("on_done", delayables):
            graph = delayable._join(self._graph)
            for parent, child in itertools.product(self._tail(), delayable._head()):
                graph.link(parent, child, policy)
        return self

    def delay(self) -> None:
        """Store the whole graph this is part of, in the caller's transaction."""
        self._graph.delay()


class DelayableGroup(Node):
    """Nodes that run in parallel."""

    __slots__ = ("_delayables", "_on_failure")

    def __init__(
        self,
        *delayables: AnyNode,
        on_failure: str | None = None,
    ) -> None:
        self._on_failure = _policy(on_failure)
        self._delayables = _checked_nodes("group", delayables)
        self._own_graph = DelayableGraph()
        for delayable in self._delayables:
            self._own_graph = delayable._join(self._own_graph)

    def __repr__(self) -> str:
        return f"DelayableGroup({', '.join(map(repr, self._delayables))})"

    def _head(self) -> list[Delayable]:
        return [head for node in self._delayables for head in node._head()]

    def _tail(self) -> list[Delayable]:
        return [tail for node in self._delayables for tail in node._tail()]


class DelayableChain(Node):
    """Nodes that run one after the other."""

    __slots__ = ("_delayables",)

    def __init__(
        self,
        *delayables: AnyNode,
        on_failure: str | None = None,
    ) -> None:
        policy = _policy(on_failure)
        # An empty group in a chain must not cut it in two.
        self._delayables = [
            node for node in _checked_nodes("chain", delayables) if node._head()
        ]
        self._own_graph = DelayableGraph()
        for delayable in self._delayables:
            self._own_graph = delayable._join(self._own_graph)
        for before, after in itertools.pairwise(self._delayables):
            for parent, child in itertools.product(before._tail(), after._head()):
                self._own_graph.link(parent, child, policy or before._on_failure)

    def __repr__(self) -> str:
        return f"DelayableChain({', '.join(map(repr, self._delayables))})"

    def _head(self) -> list[Delayable]:
        return self._delayables[0]._head() if self._delayables else []

    def _tail(self) -> list[Delayable]:
        return self._delayables[-1]._tail() if self._delayables else []


def _policy(on_failure: str | None) -> OnFailure | None:
    return None if on_failure is None else checked_policy(on_failure)


def _checked_nodes(name: str, nodes: Sequence[Any]) -> list[AnyNode]:
    for node in nodes:
        if not isinstance(node, Node):
            raise TypeError(
                f"{name}() takes delayables, groups and chains, one argument each, not "
                f"{node!r}; get one with records.delayable().method()."
            )
    return list(nodes)
