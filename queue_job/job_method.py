# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What can be delayed: methods of models."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from types import MethodType
from typing import Any

from odoo.models import BaseModel

from .core.suggest import did_you_mean


def split_method(func: Callable[..., Any]) -> tuple[BaseModel, str]:
    """Return the recordset and the name of a bound method of a model.

    :raises TypeError: when it is something else
    """
    recordset = getattr(func, "__self__", None)
    if not (isinstance(func, MethodType) and isinstance(recordset, BaseModel)):
        raise TypeError(
            f"{func!r} cannot be delayed: only methods of models can, called as "
            "records.with_delay().method()."
        )
    name = func.__name__
    if getattr(type(recordset), name, None) is not func.__func__:
        # A decorator without functools.wraps: the name on the model is another one.
        names = (
            n for n, f in inspect.getmembers(type(recordset)) if f is func.__func__
        )
        name = next(names, name)
    return recordset, name


def delayable_method(recordset: BaseModel, name: str) -> Callable[..., Any]:
    """Return the bound method ``name`` of the records.

    :raises AttributeError: when it is a field, or there is none
    """
    if name in recordset._fields:
        raise AttributeError(
            f"Only methods can be delayed: {recordset._name}.{name} is a field."
        )
    try:
        return getattr(recordset, name)
    except AttributeError as err:
        near = did_you_mean(name, (n for n in dir(recordset) if not n.startswith("__")))
        raise AttributeError(
            f"Model {recordset._name} has no method {name!r}.{near}"
        ) from err
