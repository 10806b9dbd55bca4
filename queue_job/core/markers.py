# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Decorators of the 10-13 era: ``@job`` and ``@related_action``.

They leave markers on the function. What reads them (delaying, the registry hook,
the related action button) looks through the whole MRO of the model, so that an
override need not repeat the decorator.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any, Final, NoReturn, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])

#: Names of all methods that carry ``@job`` in this process. The registry hook looks
#: these up on each model instead of walking every attribute of every model.
MARKED_METHODS: Final[set[str]] = set()

#: Names of all methods that carry ``@related_action`` in this process.
ACTION_METHODS: Final[set[str]] = set()

_MISSING: Final = object()


def job(
    func: Function | None = None,
    default_channel: str = "root",
    retry_pattern: Mapping[int, Any] | None = None,
) -> Any:
    """Mark a model method as a job (legacy; undecorated methods can be delayed too).

    At registry load its channel and function record are created when missing.

    :raises AssertionError: on a channel outside ``root`` or a pattern not a dict
    """
    if func is None:
        return functools.partial(
            job, default_channel=default_channel, retry_pattern=retry_pattern
        )
    if default_channel != "root" and not default_channel.startswith("root."):
        raise AssertionError(
            f"default_channel {default_channel!r} of {func.__qualname__} must be "
            "'root' or start with 'root.'"
        )
    if retry_pattern is not None and not isinstance(retry_pattern, Mapping):
        raise AssertionError(
            f"retry_pattern {retry_pattern!r} of {func.__qualname__} must be a dict"
        )
    MARKED_METHODS.add(func.__name__)
    vars(func).update(
        delayable=True,
        default_channel=default_channel,
        retry_pattern=retry_pattern,
        delay=_removed_delay,
    )
    return func


def related_action(
    action: str | None = None, **kwargs: Any
) -> Callable[[Function], Function]:
    """Name the method of ``queue.job`` behind the button "Related" (legacy).

    ``kwargs`` are passed to it; without ``action`` there is no button.
    """

    def decorate(func: Function) -> Function:
        ACTION_METHODS.add(func.__name__)
        vars(func).update(related_action=action, kwargs=kwargs)
        return func

    return decorate


def find_marker(
    cls: type, method_name: str, attribute: str, default: Any = None
) -> Any:
    """Return ``attribute`` of the nearest definition of the method that carries it."""
    for base in cls.__mro__:
        func = base.__dict__.get(method_name)
        value = getattr(func, attribute, _MISSING) if func else _MISSING
        if value is not _MISSING:
            return value
    return default


def marked_function(cls: type, method_name: str) -> Callable[..., Any] | None:
    """Return the nearest definition of the method that carries ``@job``, if any."""
    for base in cls.__mro__:
        func = base.__dict__.get(method_name)
        if getattr(func, "delayable", False):
            return func
    return None


def _removed_delay(*_args: Any, **_kwargs: Any) -> NoReturn:
    raise AttributeError(
        "method.delay() does not exist any more, use records.with_delay().method()"
    )
