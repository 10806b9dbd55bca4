# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A directed graph without any knowledge of jobs."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Any, Generic, TypeVar

Vertex = TypeVar("Vertex", bound=Hashable)


class CycleError(ValueError):
    """The vertices of ``cycle`` lead back to the first of them."""

    def __init__(self, cycle: list[Any]) -> None:
        super().__init__("cycle: " + " -> ".join(map(repr, cycle)))
        self.cycle = cycle


class Graph(Generic[Vertex]):
    """Vertices and edges parent -> child; both keep their order of insertion."""

    def __init__(self, graph: Mapping[Vertex, Iterable[Vertex]] | None = None) -> None:
        #: What leads to whom; what else an edge says is up to subclasses.
        self._children: dict[Vertex, dict[Vertex, Any]] = {}
        for parent, children in (graph or {}).items():
            self.add_vertex(parent)
            for child in children:
                self.add_edge(parent, child)

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__} {len(self._children)} vertices, "
            f"{len(self.edges())} edges>"
        )

    def add_vertex(self, vertex: Vertex) -> None:
        """Add ``vertex``; nothing happens when it is already there."""
        self._children.setdefault(vertex, {})

    def add_edge(self, parent: Vertex, child: Vertex) -> None:
        """Add the edge and what is missing of its two ends."""
        self.add_vertex(child)
        self._children.setdefault(parent, {}).setdefault(child)

    def update(self, other: Graph[Vertex]) -> None:
        """Add the vertices and edges of ``other``."""
        for vertex, children in other._children.items():
            self._children.setdefault(vertex, {}).update(children)

    def vertices(self) -> set[Vertex]:
        """Return all vertices."""
        return set(self._children)

    def edges(self) -> list[tuple[Vertex, Vertex]]:
        """Return all (parent, child) pairs."""
        return [
            (parent, child)
            for parent, children in self._children.items()
            for child in children
        ]

    def root_vertices(self) -> set[Vertex]:
        """Return the vertices that have no parent."""
        return self.vertices() - {child for _parent, child in self.edges()}

    def paths(self, vertex: Vertex) -> Iterator[list[Vertex]]:
        """Yield the longest paths from ``vertex`` that visit no vertex twice."""
        stack = [[vertex]]
        while stack:
            path = stack.pop()
            nexts = [v for v in self._children.get(path[-1], ()) if v not in path]
            if not nexts:
                yield path
            stack.extend([*path, child] for child in reversed(nexts))

    def topological_sort(self) -> Iterator[Vertex]:
        """Yield the vertices, each parent before its children.

        :raises CycleError: when there is no such order; nothing was yielded then
        """
        return iter(self._sorted())

    def _sorted(self) -> list[Vertex]:
        open_parents = dict.fromkeys(self._children, 0)
        for children in self._children.values():
            for child in children:
                open_parents[child] += 1
        order = [vertex for vertex, count in open_parents.items() if not count]
        for vertex in order:  # grows while it is walked
            for child in self._children[vertex]:
                open_parents[child] -= 1
                if not open_parents[child]:
                    order.append(child)
        if len(order) != len(self._children):
            raise CycleError(self._find_cycle(set(self._children) - set(order)))
        return order

    def _find_cycle(self, remaining: set[Vertex]) -> list[Vertex]:
        """Return one cycle inside ``remaining``, the first vertex repeated at the end.

        Walks from child to a remaining parent: each vertex left over by the sort
        has one, so the walk must come back to a vertex it has seen.
        """
        parents = {
            child: parent
            for parent, child in self.edges()
            if parent in remaining and child in remaining
        }
        walk: list[Vertex] = []
        vertex = next(vertex for vertex in self._children if vertex in remaining)
        while vertex not in walk:
            walk.append(vertex)
            vertex = parents[vertex]
        return [*walk[walk.index(vertex) :], vertex][::-1]
