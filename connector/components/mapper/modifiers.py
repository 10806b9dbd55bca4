# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Functions that change a value on its way through a direct mapping.

Each returns a closure ``modifier(self, record, to_attr)``. Its variable must be
called ``field``: the mapper reads the name of the source field from there, through
as many nested modifiers as there are.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ...exception import MappingError, MappingValueError

if TYPE_CHECKING:
    from .mapper import Mapper

__all__ = [
    "Modifier",
    "convert",
    "external_to_m2o",
    "follow_m2o_relations",
    "is_zero",
    "m2o_to_external",
    "none",
    "source_field_name",
]

Modifier = Callable[["Mapper", Any, str], Any]

NUMBERS = (int, float, Decimal)
NUMERIC_FIELDS = frozenset(("integer", "float", "monetary"))


def is_zero(value: Any) -> bool:
    """Tell whether ``value`` is the number 0, which is a value and not a lack of."""
    return isinstance(value, NUMBERS) and not isinstance(value, bool) and value == 0


def source_field_name(entry: str | Modifier) -> str:
    """Return the source field of a direct entry, a name or nested modifiers."""
    field: Any = entry
    while callable(field):
        names = getattr(getattr(field, "__code__", None), "co_freevars", ())
        if "field" not in names:
            raise MappingValueError(
                f"cannot tell the source field of the modifier {entry!r}: the "
                f"variable it closes over must be called 'field'"
            )
        field = field.__closure__[names.index("field")].cell_contents
    return field


def _read(mapper: Mapper, record: Any, field: str | Modifier, to_attr: str) -> Any:
    if callable(field):
        return field(mapper, record, to_attr)
    return mapper._read_source(record, field)


def none(field: str | Modifier) -> Modifier:
    """Map what is falsy to None, for backends that want null and not false."""

    def modifier(self: Mapper, record: Any, to_attr: str) -> Any:
        result = _read(self, record, field, to_attr)
        if not result and not (is_zero(result) and self._is_numeric(field, to_attr)):
            return None
        return result

    return modifier


def convert(field: str | Modifier, conv_type: Callable[[Any], Any]) -> Modifier:
    """Convert the value with ``conv_type``; what is falsy becomes False.

    The number 0 stays 0 when the target is a number.
    """

    def modifier(self: Mapper, record: Any, to_attr: str) -> Any:
        value = _read(self, record, field, to_attr)
        if not value and not (
            is_zero(value)
            and (conv_type in NUMBERS or self._is_numeric(field, to_attr))
        ):
            return False
        return conv_type(value)

    return modifier


def m2o_to_external(field: str | Modifier, binding: str | None = None) -> Modifier:
    """Map a Many2one to the external id of its record.

    :param binding: the binding model, when the Many2one is to a normal model
    :raises ValueError: the field is not a Many2one
    :raises MappingError: the record is not bound to this backend
    """

    def modifier(self: Mapper, record: Any, to_attr: str) -> Any:
        name = source_field_name(field)
        source_field = record._fields[name]
        if source_field.type != "many2one":
            raise MappingValueError(
                f"{name!r} of {record._name} is a {source_field.type} and not a "
                f"Many2one: m2o_to_external() cannot map it"
            )
        relation = _read(self, record, field, to_attr)
        if not relation:
            return False
        model_name = binding or source_field.comodel_name
        binder = self.binder_for(model_name)
        external_id = binder.to_external(relation, wrap=bool(binding))
        if external_id is None or external_id is False or external_id == "":
            raise MappingError(
                f"No external id for {relation!r} in {self.backend_record!r}: export "
                f"it as {model_name} first, as a dependency"
            )
        return external_id

    return modifier


def external_to_m2o(field: str | Modifier, binding: str | None = None) -> Modifier:
    """Map an external id to the id of its record.

    :param binding: the binding model, when the target is a normal model; without
        it the model of the target is the binding
    :raises ValueError: the target is not a Many2one of the working model
    :raises MappingError: no record is bound to this external id
    """

    def modifier(self: Mapper, record: Any, to_attr: str) -> Any:
        external_id = _read(self, record, field, to_attr)
        if not external_id:
            return False
        target = self.model._fields.get(to_attr)
        if target is None or target.type != "many2one":
            raise MappingValueError(
                f"{to_attr!r} of {self.model._name} is not a Many2one: "
                f"external_to_m2o() cannot map to it"
            )
        model_name = binding or target.comodel_name
        binder = self.binder_for(model_name)
        found = binder.to_internal(external_id, unwrap=bool(binding))
        if not found:
            raise MappingError(
                f"No record of {model_name} is bound to the external id "
                f"{external_id!r} in {self.backend_record!r}: import it first, as a "
                f"dependency"
            )
        return found.id

    return modifier


def follow_m2o_relations(field: str) -> Modifier:
    """Map the last value of a path, like ``"partner_id.country_id.name"``."""

    def modifier(self: Mapper, record: Any, to_attr: str) -> Any:
        value = record
        for name in field.split("."):
            value = value[name]
        return value

    return modifier
