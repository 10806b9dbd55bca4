# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The rules of a mapper, looked up once per class instead of once per record."""

from __future__ import annotations

from collections.abc import Collection
from enum import Enum
from typing import Any, NamedTuple

__all__ = ["MapPlan", "Read", "Rule"]


class Read(Enum):
    """How a direct mapping gets its value."""

    PLAIN = "plain"
    """What is falsy becomes False."""

    NUMBER = "number"
    """Like plain, but 0 stays 0."""

    CALL = "call"
    """A modifier computes it."""

    METHOD = "method"
    """``_map_direct()`` of the mapper computes it: it is overridden."""


class Rule(NamedTuple):
    """One rule of a mapper: direct mapping, method or children."""

    kind: str
    """``direct``, ``method``, ``children`` or ``finalize``."""

    source: str
    """Source field, empty for a method."""

    target: str
    """Target field, or name of the method."""

    read: Read | None = None
    """How a direct mapping is read."""

    entry: Any = None
    """What was declared: name, modifier, or name of the child model."""

    changed_by: frozenset[str] = frozenset()
    """The rule applies when one of these changed; empty = always."""

    only_create: bool = False
    """The rule applies only to a record that is being created."""

    call: Any = None
    """The modifier of a direct mapping read by a call."""

    def __str__(self) -> str:
        if self.kind in ("direct", "children"):
            return f"{self.kind} {self.source!r} -> {self.target!r}"
        return f"{self.kind} {self.target}()"

    def applies(self, fields: Collection[str] | None, for_create: bool) -> bool:
        """Tell whether the rule is part of a mapping with these options."""
        if self.only_create and not for_create:
            return False
        if not fields or not self.changed_by:
            return True
        return not self.changed_by.isdisjoint(fields)


class MapPlan(NamedTuple):
    """All the rules of a mapper, in the order they apply."""

    direct: tuple[Rule, ...]
    methods: tuple[Rule, ...]
    children: tuple[Rule, ...]

    def select(self, fields: Collection[str] | None, for_create: bool) -> MapSelection:
        """Return the rules that apply with these options, ready for the loop."""

        def applying(rules: tuple[Rule, ...]) -> list[Rule]:
            return [rule for rule in rules if rule.applies(fields, for_create)]

        return MapSelection(
            [
                (rule.target, rule.read, rule.source, rule.call, rule)
                for rule in applying(self.direct)
            ],
            [(rule.target, rule) for rule in applying(self.methods)],
            [(rule.target, rule.entry, rule) for rule in applying(self.children)],
        )


class MapSelection(NamedTuple):
    """Rules as plain tuples: the loop over them runs for every record and line."""

    direct: list[tuple[str, Read | None, str, Any, Rule]]
    """Target, how to read, source, modifier, rule."""

    methods: list[tuple[str, Rule]]
    """Name, rule."""

    children: list[tuple[str, Any, Rule]]
    """Target, declaration, rule."""
