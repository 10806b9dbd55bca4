# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What can be delayed: methods of models."""

from __future__ import annotations

import inspect
import weakref
from collections.abc import Callable, Mapping, Sequence
from types import MethodType
from typing import Any, Final

from odoo.models import BaseModel

from ..core.suggest import did_you_mean

#: Reading a signature costs ten times as much as checking a call against it.
_signatures: Final[weakref.WeakKeyDictionary[Any, inspect.Signature]] = (
    weakref.WeakKeyDictionary()
)


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


def check_call(
    method: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]
) -> None:
    """Make sure that the bound method can be called with these arguments.

    What is no method of a model is left to :func:`split_method`.

    :raises TypeError: naming the argument that is wrong, and how the method is called
    """
    if not isinstance(method, MethodType):
        return
    function = method.__func__
    signature = _signatures.get(function)
    if signature is None:
        signature = _signatures[function] = inspect.signature(function)
    try:
        signature.bind(method.__self__, *args, **kwargs)
    except TypeError as err:
        if _takes(function, method, args, kwargs):
            return
        raise TypeError(_wrong_call(method, kwargs, err)) from err


def _takes(
    function: Callable[..., Any],
    method: MethodType,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
) -> bool:
    """Return whether a decorator takes what the function it wraps does not."""
    outer = inspect.signature(function, follow_wrapped=False)
    try:
        outer.bind(method.__self__, *args, **kwargs)
    except TypeError:
        return False
    return hasattr(function, "__wrapped__")


def _wrong_call(method: MethodType, kwargs: Mapping[str, Any], err: TypeError) -> str:
    signature = inspect.signature(method)
    names = list(signature.parameters)
    plain = signature.replace(
        parameters=[
            p.replace(annotation=p.empty) for p in signature.parameters.values()
        ],
        return_annotation=signature.empty,
    )
    unknown = [name for name in kwargs if name not in names]
    near = did_you_mean(unknown[0], names) if unknown else ""
    name = method.__name__
    model: Any = method.__self__
    return (
        f"{model._name}.{name} cannot be delayed: {err}.{near} "
        f"It is called as {name}{plain}."
    )
