# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Markers of the mapping methods, and how they add up along inheritance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

__all__ = [
    "MappingDefinition",
    "changed_by",
    "collect_definitions",
    "mapping",
    "only_create",
]

Method = TypeVar("Method", bound=Callable[..., Any])


class MappingDefinition(NamedTuple):
    """When a mapping method applies."""

    changed_by: set[str]
    """Fields whose change triggers the mapping; empty = always."""

    only_create: bool
    """Only for records that are being created."""


def mapping(func: Method) -> Method:
    """Declare that a method maps a record: it returns a dict, or nothing."""
    vars(func)["is_mapping"] = True
    return func


def changed_by(*args: str) -> Callable[[Method], Method]:
    """Run the mapping only when one of these fields is among the changed ones.

    It always runs when the caller does not say what changed.
    """

    def decorate(func: Method) -> Method:
        fields = vars(func).setdefault("changed_by", set())
        vars(func)["changed_by"] = {*fields, *args}
        return func

    return decorate


def only_create(func: Method) -> Method:
    """Run the mapping only for a record that is being created."""
    vars(func)["only_create"] = True
    return func


def collect_definitions(cls: type) -> dict[str, MappingDefinition]:
    """Return the mapping methods of ``cls``, in the order they were declared.

    A method is a mapping as soon as one class of the chain says so, its
    ``changed_by`` are added up, and the last class that marks it decides on
    ``only_create``.
    """
    found: dict[str, tuple[bool, set[str], bool]] = {}
    for klass in reversed(cls.__mro__):
        for name, attribute in vars(klass).items():
            is_mapping = getattr(attribute, "is_mapping", False) is True
            fields = getattr(attribute, "changed_by", None)
            creates = getattr(attribute, "only_create", False) is True
            if not (is_mapping or creates or isinstance(fields, set)):
                continue
            was, changed, only = found.get(name, (False, set(), False))
            if is_mapping or creates:
                only = creates
            found[name] = (was or is_mapping, changed | set(fields or ()), only)
    return {
        name: MappingDefinition(changed, only)
        for name, (is_mapping, changed, only) in found.items()
        if is_mapping
    }
