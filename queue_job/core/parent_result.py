# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Arguments that stand for what the parents of a job return."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class ParentResult:
    """Argument of a delayed call: what a parent returned, None if nothing.

    ``chain(a.delayable().fetch(), b.delayable().store(ParentResult()))``. Of several
    parents, ``index`` chooses one, in the order in which they were delayed.
    """

    index: int = 0


@dataclass(frozen=True, slots=True)
class ParentResults:
    """Argument of a delayed call: the list of what all parents returned."""


_PLACEHOLDERS: Final = frozenset((ParentResult, ParentResults))


def holds_placeholder(values: Iterable[Any]) -> bool:
    """Return whether one of the arguments stands for a result."""
    return not _PLACEHOLDERS.isdisjoint(map(type, values))


def fill(value: Any, results: Sequence[Any]) -> Any:
    """Return the argument, or what it stands for.

    :raises IndexError: when there is no such parent
    """
    if type(value) is ParentResults:
        return list(results)
    if type(value) is not ParentResult:
        return value
    if not -len(results) <= value.index < len(results):
        raise IndexError(
            f"{value} asks for a parent that the job has not: it has {len(results)}."
        )
    return results[value.index]
