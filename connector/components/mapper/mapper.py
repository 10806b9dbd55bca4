# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What import and export mappers have in common."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from odoo.addons.component.core import AbstractComponent
from odoo.addons.component.exception import NoComponentError

from ...exception import MappingValueError
from .decorators import MappingDefinition, collect_definitions
from .errors import located_error
from .modifiers import NUMERIC_FIELDS, Modifier, is_zero, source_field_name
from .plan import MapPlan, MapSelection, Read, Rule
from .record import MapOptions, MapRecord

if TYPE_CHECKING:
    from odoo.models import BaseModel

    from odoo.addons.component.core import WorkContext

    from .child import MapChild

__all__ = ["Mapper"]

PLAIN, NUMBER, CALL = Read.PLAIN, Read.NUMBER, Read.CALL
_FINALIZE = Rule("finalize", "", "finalize")


class _OptionsScope:
    """Give a mapper its options, and the former ones back whatever happens."""

    __slots__ = ("_former", "_mapper", "_options")

    def __init__(self, mapper: Mapper, options: MapOptions) -> None:
        self._mapper = mapper
        self._options = options

    def __enter__(self) -> None:
        self._former = self._mapper._options
        self._mapper._options = self._options

    def __exit__(self, *exc_info: Any) -> None:
        self._mapper._options = self._former


class Mapper(AbstractComponent):
    """Transform a record to a dict of values.

    Order of the rules: ``direct``, the methods decorated with ``@mapping``,
    ``children``, ``finalize()``, then the values forced on the map record.
    """

    _name = "base.mapper"
    _inherit = "base.connector"
    _usage = "mapper"

    #: ``[(source field or modifier, target field)]``
    direct: Sequence[tuple[str | Modifier, str]] = []
    #: ``[(source field or modifier, target field, child model name)]``
    children: Sequence[tuple[str | Modifier, str, str]] = []

    #: mapping methods by name, computed when the component is built
    _map_methods: dict[str, MappingDefinition] = {}
    _map_child_usage: str | None = None
    #: component used when no map child has the usage above
    _map_child_fallback: str | None = None

    _plans: dict[Any, Any] = {}

    def __init__(self, work: WorkContext) -> None:
        super().__init__(work)
        self._options: MapOptions | None = None
        self._model_cls: type[BaseModel] | None = None

    @classmethod
    def _complete_component_build(cls) -> None:  # pylint: disable=missing-return
        super()._complete_component_build()
        cls._map_methods = collect_definitions(cls)
        cls._plans = {}

    # Public interface

    @property
    def options(self) -> MapOptions | None:
        """Options of the mapping in progress."""
        return self._options

    @property
    def map_methods(self) -> Iterator[tuple[Callable[..., Any], MappingDefinition]]:
        """Yield the mapping methods, bound, with their definition."""
        for name, definition in self._map_methods.items():
            yield getattr(self, name), definition

    def changed_by_fields(self) -> set[str]:
        """Return the source fields whose change makes a difference."""
        changed = {
            self._direct_source_field_name(entry).partition(".")[0]
            for entry, _target in self.direct
        }
        for definition in self._map_methods.values():
            changed |= definition.changed_by
        return changed

    def map_record(self, record: Any, parent: MapRecord | None = None) -> MapRecord:
        """Return a map record, of which ``values()`` are the mapped values."""
        return MapRecord(self, record, parent=parent)

    def finalize(self, map_record: MapRecord, values: dict[str, Any]) -> dict[str, Any]:
        """Change the mapped values at the very end; return them."""
        return values

    # Hooks of the two directions

    def _map_direct(self, record: Any, from_attr: str | Modifier, to_attr: str) -> Any:
        """Return the value of one direct mapping."""
        raise NotImplementedError(f"{self._name!r} has no direction: import or export")

    def _read_source(self, record: Any, name: str) -> Any:
        """Return the raw value of a source field."""
        return record[name]

    def _is_numeric(self, from_attr: str | Modifier, to_attr: str) -> bool:
        """Tell whether the field of Odoo in this mapping is a number."""
        return self._field_type(from_attr, to_attr) in NUMERIC_FIELDS

    def _field_type(self, from_attr: str | Modifier, to_attr: str) -> str | None:
        """Return the type of the field of Odoo, None when there is no such field."""
        return None

    def _relation_modifier(self, from_attr: str) -> Modifier:
        """Return the modifier of a Many2one declared without any."""
        raise NotImplementedError(f"{self._name!r} has no direction: import or export")

    def _has_items(self, record: Any, from_attr: str | Modifier) -> bool:
        """Tell whether the source says anything about these children."""
        return True

    # Children

    def _get_map_child_component(self, model_name: str) -> MapChild:
        try:
            return self.component(usage=self._map_child_usage, model_name=model_name)
        except NoComponentError:
            if self._map_child_fallback is None:
                raise
            return self.component_by_name(
                self._map_child_fallback, model_name=model_name
            )

    def _map_child(
        self,
        map_record: MapRecord,
        from_attr: str | Modifier,
        to_attr: str,
        model_name: str,
    ) -> Any:
        """Return the values of the children of one field."""
        source = map_record.source
        if callable(from_attr):
            items = from_attr(self, source, to_attr)
        else:
            items = self._read_source(source, from_attr)
        child = self._get_map_child_component(model_name)
        return child.get_items(items or [], map_record, to_attr, options=self.options)

    # Engine

    def _direct_source_field_name(self, entry: str | Modifier) -> str:
        """Return the source field of a direct entry, through its modifiers."""
        return source_field_name(entry)

    def _mapping_options(self, options: MapOptions) -> _OptionsScope:
        """Context manager: ``self.options`` are these, until it is left."""
        return _OptionsScope(self, options)

    def _apply(
        self, map_record: MapRecord, options: MapOptions | None = None
    ) -> dict[str, Any]:
        # As _mapping_options() does, without its cost for each line.
        former = self._options
        self._options = MapOptions() if options is None else options
        try:
            return self._apply_with_options(map_record)
        finally:
            self._options = former

    def _apply_with_options(self, map_record: MapRecord) -> dict[str, Any]:
        """Apply the rules that the current options select."""
        options = self._options
        assert options is not None, "the options of the mapping are not set"
        record = map_record.source
        values: dict[str, Any] = {}
        rule = None
        try:
            direct, methods, children = self._selection(options)
            read_source = self._reader(record)
            for target, read, source, call, rule in direct:  # noqa: B007
                if read is PLAIN:
                    values[target] = read_source(source) or False
                elif read is CALL:
                    values[target] = call(self, record, target)
                elif read is NUMBER:
                    value = read_source(source)
                    values[target] = value if value or is_zero(value) else False
                else:
                    values[target] = self._map_direct(record, rule.entry, target)
            for name, rule in methods:  # noqa: B007
                result = getattr(self, name)(record)
                if result:
                    if type(result) is not dict:
                        result = _as_dict(result, name)
                    values.update(result)
            for target, entry, rule in children:  # noqa: B007
                if self._has_items(record, entry[0]):
                    values[target] = self._map_child(map_record, *entry)
            rule = _FINALIZE
            result = self.finalize(map_record, values)
            return result if type(result) is dict else _as_dict(result, "finalize")
        except Exception as exc:
            located = located_error(exc, self, rule, record)
            if located is exc:
                raise
            raise located from exc

    def _as_values(self, result: Any, name: str) -> dict[str, Any]:
        """Return what a method returned, as values."""
        return _as_dict(result, name) if result else {}

    def _reader(self, record: Any) -> Callable[[str], Any]:
        """Return the function that reads the source fields of ``record``."""
        return functools.partial(self._read_source, record)

    def _read_direct(self, rule: Rule, record: Any) -> Any:
        """Return the value of one rule, outside of the loop."""
        if rule.call:
            return rule.call(self, record, rule.target)
        value = self._read_source(record, rule.source)
        if rule.read is NUMBER and is_zero(value):
            return value
        return value or False

    # Plan

    def _selection(self, options: MapOptions) -> MapSelection:
        """Return the rules for these options, remembered by class and model."""
        direct, children = self.direct, self.children
        model_cls = self._model_cls
        if model_cls is None:
            model_cls = self._model_cls = type(self.model)
        # A custom field may come at any time, the registry of components stays.
        key = (model_cls, len(model_cls._fields))
        known = self._plans.get(key)
        # Properties give new lists: only what is the same object is remembered.
        if known is None or known[0] is not direct or known[1] is not children:
            selections: dict[bool, MapSelection] = {}
            plan = self._compile_plan(direct, children)
            known = (direct, children, plan, selections)
            self._plans[key] = known
        for_create, fields = bool(options.get("for_create")), options.get("fields")
        if fields:
            return known[2].select(frozenset(fields), for_create)
        selections = known[3]
        if for_create not in selections:
            selections[for_create] = known[2].select(None, for_create)
        return selections[for_create]

    def _compile_plan(
        self,
        direct: Sequence[tuple[str | Modifier, str]],
        children: Sequence[tuple[str | Modifier, str, str]],
    ) -> MapPlan:
        return MapPlan(
            tuple(self._compile_direct(*entry) for entry in direct),
            tuple(
                Rule(
                    "method",
                    "",
                    name,
                    changed_by=frozenset(definition.changed_by),
                    only_create=definition.only_create,
                )
                for name, definition in self._map_methods.items()
            ),
            tuple(self._compile_child(*entry) for entry in children),
        )

    def _compile_direct(self, from_attr: str | Modifier, to_attr: str) -> Rule:
        rule = self._compile_rule(from_attr, to_attr)
        if self._overrides_map_direct():
            return rule._replace(read=Read.METHOD)
        return rule

    def _compile_rule(self, from_attr: str | Modifier, to_attr: str) -> Rule:
        """Return the rule of a direct mapping as this addon understands it."""
        source = self._direct_source_field_name(from_attr)
        changed_by = frozenset((source, source.partition(".")[0]))
        rule = Rule("direct", source, to_attr, entry=from_attr, changed_by=changed_by)
        if callable(from_attr):
            return rule._replace(read=Read.CALL, call=from_attr)
        field_type = self._field_type(from_attr, to_attr)
        if field_type == "many2one":
            modifier = self._relation_modifier(from_attr)
            return rule._replace(read=Read.CALL, call=modifier)
        if field_type in NUMERIC_FIELDS:
            return rule._replace(read=Read.NUMBER)
        return rule._replace(read=Read.PLAIN)

    def _compile_child(
        self, from_attr: str | Modifier, to_attr: str, model_name: str
    ) -> Rule:
        source = self._direct_source_field_name(from_attr)
        return Rule(
            "children",
            source,
            to_attr,
            entry=(from_attr, to_attr, model_name),
            changed_by=frozenset((source, source.partition(".")[0])),
        )

    def _overrides_map_direct(self) -> bool:
        """Tell whether a connector has its own way of direct mapping.

        A mapper without direction must have one: ``_map_direct()`` says so else.
        """
        return True


def _as_dict(result: Any, name: str) -> dict[str, Any]:
    """Return what a method of the connector returned, when it is a mapping."""
    if isinstance(result, Mapping):
        return dict(result)
    raise MappingValueError(
        f"{name}() must return a dict of values, it returned {result!r}"
    )
