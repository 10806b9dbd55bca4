# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Checks of what callers give as arguments and options of a job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


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
    if value is None:
        return default
    if not isinstance(value, int):
        raise TypeError(f"{name} {value!r} is a {type(value).__name__}: give an int.")
    return value
