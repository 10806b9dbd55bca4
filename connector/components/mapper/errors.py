# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Errors of a mapping, told where they happened."""

from __future__ import annotations

from decimal import InvalidOperation
from typing import TYPE_CHECKING, Any

import psycopg2

from ...exception import (
    MappingAttributeError,
    MappingError,
    MappingKeyError,
    MappingTypeError,
    MappingValueError,
)

if TYPE_CHECKING:
    from .mapper import Mapper
    from .plan import Rule

__all__ = ["located_error", "named_error"]

MAX_LENGTH = 200  # characters of a value in a message
MAX_CAUSE = 1000  # characters of what Python said

# Exact types only: a class of the connector keeps its meaning for who catches it.
_WRAPPED: dict[type[Exception], type[MappingError]] = {
    ArithmeticError: MappingValueError,
    AttributeError: MappingAttributeError,
    IndexError: MappingKeyError,
    InvalidOperation: MappingValueError,
    KeyError: MappingKeyError,
    OverflowError: MappingValueError,
    RecursionError: MappingValueError,
    TypeError: MappingTypeError,
    UnicodeDecodeError: MappingValueError,
    UnicodeEncodeError: MappingValueError,
    ValueError: MappingValueError,
    ZeroDivisionError: MappingValueError,
}


def located_error(
    exc: Exception, mapper: Mapper, rule: Rule | None, record: Any
) -> Exception:
    """Return ``exc`` with mapper, rule, record and value in its message.

    Exceptions that others catch (retry, validation, database) keep their type and
    get a note in their traceback; the plain ones of Python become a
    ``MappingError`` that still is of their kind.
    """
    where = _where(mapper, rule, record)
    if isinstance(exc, MappingError):
        exc.args = (f"{exc}\n  in {where}", *exc.args[1:])
        return exc
    return named_error(exc, where)


def named_error(exc: Exception, where: str) -> Exception:
    """Return ``exc``, saying where it happened; plain ones as a ``MappingError``.

    Those of PostgreSQL about a value that it cannot take are plain ones.
    """
    if isinstance(exc, MappingError):
        return exc  # it says so already
    wrapper = _WRAPPED.get(type(exc))
    if isinstance(exc, psycopg2.DataError | psycopg2.ProgrammingError):
        wrapper = MappingValueError
    if wrapper:
        cause = f"{type(exc).__name__}: {exc}"  # that may quote a value whole
        return wrapper(f"{cause[:MAX_CAUSE]}\n  in {where}")
    if hasattr(exc, "add_note"):  # Python 3.11
        exc.add_note(f"  in {where}")
    return exc


def _where(mapper: Mapper, rule: Rule | None, record: Any) -> str:
    text = f"mapper {mapper._name!r}, {rule or 'mapping'}, {_identify(record)}"
    if rule is not None and rule.source:
        text += f", value {_short(_read(mapper, record, rule.source))}"
    return text


def _identify(record: Any) -> str:
    """Designate the record without showing all that it holds."""
    if isinstance(record, dict):
        for key in ("id", "external_id", "code", "name"):
            if record.get(key) not in (None, False, ""):
                return f"record with {key} {_short(record[key])}"
        return f"record with keys {_short(sorted(map(str, record)))}"
    return f"record {_short(record)}"


def _read(mapper: Mapper, record: Any, source: str) -> Any:
    try:
        return mapper._read_source(record, source)
    except Exception as exc:  # the message must not hide the first error
        return f"<not readable: {type(exc).__name__}>"


def _short(value: Any) -> str:
    try:
        text = repr(value)
    except RecursionError:
        return "<nested too deeply>"
    return text if len(text) <= MAX_LENGTH else f"{text[:MAX_LENGTH]}..."
