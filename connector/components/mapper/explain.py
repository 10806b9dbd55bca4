# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which rule of a mapper gave which value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .errors import located_error
from .plan import Rule

if TYPE_CHECKING:
    from .mapper import Mapper
    from .record import MapOptions, MapRecord

__all__ = ["Explanation", "explain"]


@dataclass(frozen=True, slots=True)
class Explanation:
    """What one rule of a mapper does to one field."""

    rule: str
    """The rule, as errors name it."""

    target: str
    """The field that gets the value, empty when the rule gives none."""

    value: Any = None
    """The value."""

    source: Any = None
    """What the rule read, None for a method."""

    skipped: str = ""
    """Why the rule does not apply with these options."""

    error: str = ""
    """What went wrong."""

    overridden: bool = False
    """A later rule gives another value to the same field."""


def explain(map_record: MapRecord, options: MapOptions) -> list[Explanation]:
    """Return what each rule does, in the order they apply.

    The rules are applied one by one: one that fails keeps none of the others from
    being shown.
    """
    mapper = map_record._mapper
    with mapper._mapping_options(options):
        found = [*_rules(mapper, map_record, options)]
        values = {
            item.target: item.value
            for item in found
            if item.target and not (item.skipped or item.error)
        }
        if not any(item.error for item in found):
            found += _finalized(mapper, map_record, values)
    for name, value in map_record._forced_values.items():
        found.append(Explanation("forced", name, value))
    return _with_overrides(found)


def _rules(
    mapper: Mapper, map_record: MapRecord, options: MapOptions
) -> Iterator[Explanation]:
    plan = mapper._compile_plan(mapper.direct, mapper.children)
    fields, for_create = options.fields, bool(options.for_create)
    for rule in (*plan.direct, *plan.methods, *plan.children):
        if not rule.applies(frozenset(fields) if fields else None, for_create):
            reason = (
                "only when the record is created"
                if rule.only_create and not for_create
                else "none of its fields changed"
            )
            yield Explanation(str(rule), _target(rule), skipped=reason)
            continue
        try:
            yield from _apply(mapper, map_record, rule)
        except Exception as exc:
            located = located_error(exc, mapper, rule, map_record.source)
            yield Explanation(str(rule), _target(rule), error=str(located))


def _target(rule: Rule) -> str:
    return "" if rule.kind == "method" else rule.target


def _apply(mapper: Mapper, map_record: MapRecord, rule: Rule) -> Iterator[Explanation]:
    record = map_record.source
    if rule.kind == "direct":
        value = mapper._map_direct(record, rule.entry, rule.target)
        source = _read(mapper, record, rule.source)
        yield Explanation(str(rule), rule.target, value, source)
    elif rule.kind == "method":
        result = mapper._as_values(getattr(mapper, rule.target)(record), rule.target)
        for name, value in result.items():
            yield Explanation(str(rule), name, value)
        if not result:
            yield Explanation(str(rule), "", skipped="it returned nothing")
    elif mapper._has_items(record, rule.entry[0]):
        value = mapper._map_child(map_record, *rule.entry)
        source = _read(mapper, record, rule.source)
        yield Explanation(str(rule), rule.target, value, source)
    else:
        reason = "the record says nothing about them"
        yield Explanation(str(rule), rule.target, skipped=reason)


def _read(mapper: Mapper, record: Any, source: str) -> Any:
    """Return what a rule read; a path of relations is shown by its result alone."""
    return None if "." in source else mapper._read_source(record, source)


def _finalized(
    mapper: Mapper, map_record: MapRecord, values: dict[str, Any]
) -> Iterator[Explanation]:
    """Yield what ``finalize()`` changed."""
    rule = Rule("finalize", "", "finalize")
    try:
        returned = mapper.finalize(map_record, dict(values))
        result = mapper._as_values(returned, "finalize")
    except Exception as exc:
        located = located_error(exc, mapper, rule, map_record.source)
        yield Explanation(str(rule), "", error=str(located))
        return
    for name, value in result.items():
        if name not in values or values[name] != value:
            yield Explanation(str(rule), name, value)
    for name in values:
        if name not in result:
            yield Explanation(str(rule), name, skipped="it took the value away")


def _with_overrides(found: list[Explanation]) -> list[Explanation]:
    """Mark the values that a later rule replaces."""
    last = {item.target: item for item in found if not (item.skipped or item.error)}
    result = []
    for item in found:
        gives = item.target and not (item.skipped or item.error)
        if gives and last[item.target] is not item:
            item = Explanation(
                item.rule, item.target, item.value, item.source, overridden=True
            )
        result.append(item)
    return result
