# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From what a shop answers to the neutral forms, where only names and types differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import is_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import NoneType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from .money import Money, from_cents

Form = TypeVar("Form")
#: Takes a value as JSON has it, and the digits of minor units
Convert = Callable[[Any, int | None], Any]


def neutral(
    form: type[Form], record: Mapping[str, Any], minor_digits: int | None = None
) -> Form:
    """Return a neutral form with what a record has under the names of its fields.

    Other keys are left out; null is the default of the field. Numbers, dates (ISO 8601)
    and the records inside are converted, what has its type already is kept. Amounts of
    money are in units, or integers of `minor_digits`: 1234 is 12.34 with two of them.
    Raises TypeError when a field without default is missing.
    """
    kind: Any = form  # as a type, mypy doubts that it can be hashed
    return form(
        **{
            name: convert(record[name], minor_digits)
            for name, convert in _converters(kind).items()
            if record.get(name) is not None
        }
    )


@cache
def _converters(form: Any) -> dict[str, Convert]:
    hints = get_type_hints(form, include_extras=True)
    return {name: _converter(hint) for name, hint in hints.items()}


def _converter(hint: Any) -> Convert:
    if NoneType in get_args(hint):
        (hint,) = (arg for arg in get_args(hint) if arg is not NoneType)
    if hint == Money:
        return _money
    if get_origin(hint) is tuple:
        item = _converter(get_args(hint)[0])
        return lambda values, digits: tuple(item(value, digits) for value in values)
    if not isinstance(hint, type):
        return _as_it_is
    if is_dataclass(hint):
        return lambda value, digits: (
            value if isinstance(value, hint) else neutral(hint, value, digits)
        )
    if issubclass(hint, datetime):
        return _date
    if issubclass(hint, Decimal):
        return lambda value, digits: Decimal(str(value))
    if issubclass(hint, StrEnum):
        return lambda value, digits: hint(value)
    return _as_it_is


def _as_it_is(value: Any, digits: int | None) -> Any:
    return value


def _money(value: Any, digits: int | None) -> Decimal:
    if digits is None or isinstance(value, Decimal):
        return Decimal(str(value))
    return from_cents(value, digits)


def _date(value: Any, digits: int | None) -> datetime:
    """Return a date in naive UTC, without the microseconds that Odoo does not keep."""
    date = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    if date.tzinfo:
        date = date.astimezone(UTC).replace(tzinfo=None)
    return date.replace(microsecond=0)
