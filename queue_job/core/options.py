# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Checks of what callers give as arguments and options of a job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

_INT4: Final = 2**31


def checked_args(args: Sequence[Any] | None) -> tuple[Any, ...]:
    if args is None:
        return ()
    if not isinstance(args, list | tuple):
        raise TypeError(f"args {args!r} must be a list or a tuple.")
    return tuple(args)


def checked_kwargs(kwargs: Mapping[str, Any] | None) -> dict[str, Any]:
    if kwargs is None:
        return {}
    if not isinstance(kwargs, dict):
        raise TypeError(f"kwargs {kwargs!r} must be a dict.")
    return kwargs


def checked_int(name: str, value: int | None, default: int) -> int:
    """Return the value, or the default for None.

    :raises TypeError: when it is no int
    :raises ValueError: when the database has no room for it
    """
    if value is None:
        return default
    if not isinstance(value, int):
        raise TypeError(f"{name} {value!r} is a {type(value).__name__}: give an int.")
    if not -_INT4 <= value < _INT4:
        raise ValueError(f"{name} {value} is out of range.")
    return int(value)


def checked_text(name: str, value: str) -> str:
    """Return the text.

    :raises TypeError: when it is no str
    :raises ValueError: when PostgreSQL cannot store it
    """
    if not isinstance(value, str):
        raise TypeError(f"{name} {value!r} is a {type(value).__name__}: give a str.")
    if "\0" in value:
        raise ValueError(f"{name} {value!r} contains a NUL character.")
    try:
        value.isascii() or value.encode()
    except UnicodeEncodeError as err:
        raise ValueError(f"{name} {value!r} is not valid Unicode: {err}") from err
    return value
