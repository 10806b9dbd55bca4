# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The events whose arguments are known, so that listeners can be checked."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from odoo.models import BaseModel

Prototype = TypeVar("Prototype", bound=Callable[..., Any])

#: {event: function with the arguments it is notified with}
EVENTS: dict[str, Callable[..., Any]] = {}


def declare_event(prototype: Prototype) -> Prototype:
    """Make an event known by a function of its name, arguments and docstring.

    Optional: an event nobody declared works, but its listeners are not checked. An
    argument with a default is passed by keyword, the others by position. Raises
    ValueError when the name does not start with ``on_``.
    """
    name = prototype.__name__
    if not name.startswith("on_"):
        raise ValueError(f"The event {name!r} must have a name that starts with 'on_'.")
    EVENTS[name] = prototype
    return prototype


def signature_error(name: str, listener: Callable[..., Any]) -> str | None:
    """Return why a listener, a function with self, cannot take an event's arguments.

    None when it can, or when the event is not declared.
    """
    prototype = EVENTS.get(name)
    if prototype is None:
        return None
    parameters = inspect.signature(prototype).parameters.values()
    by_position = [p.name for p in parameters if p.default is p.empty]
    by_keyword = {p.name: None for p in parameters if p.default is not p.empty}
    try:
        inspect.signature(listener).bind("self", *by_position, **by_keyword)
    except TypeError as error:
        return str(error)
    return None


@declare_event
def on_record_create(record: BaseModel, fields: list[str] | None = None) -> None:
    """A record was created; fields: the keys of its values."""


@declare_event
def on_record_write(record: BaseModel, fields: list[str] | None = None) -> None:
    """A record was written to; fields: the keys of the values."""


@declare_event
def on_record_unlink(record: BaseModel) -> None:
    """A record is about to be deleted."""
