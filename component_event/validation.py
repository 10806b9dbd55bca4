# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Mistakes in listeners that would only show when the event is fired."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from odoo.addons.component.build import describe, did_you_mean
from odoo.addons.component.validation import Problem, is_slip, owner_of

from .components.event import EventListener
from .events import EVENTS, signature_error

if TYPE_CHECKING:
    from odoo.addons.component.core import ComponentRegistry


def listeners(registry: ComponentRegistry) -> list[type[EventListener]]:
    """Return all listeners of a registry, abstract ones included."""
    return [cls for cls in registry.values() if issubclass(cls, EventListener)]


def listener_problems(registry: ComponentRegistry) -> Iterator[Problem]:
    """Find the listeners that cannot be called, or listen to a misspelt event.

    Each is reported once, for the class that defines it and not for its children.
    """
    reported: set[tuple[type, str]] = set()
    for component in listeners(registry):
        for name in sorted(component._events):
            owner = owner_of(component, name)
            if (owner, name) in reported:
                continue
            reported.add((owner, name))
            problem = _problem(owner, name, inspect.getattr_static(owner, name))
            if problem:
                yield problem


def _problem(
    owner: type[EventListener], name: str, listener: Callable[..., Any]
) -> Problem | None:
    """Return what is wrong with a listener."""
    where = f"The listener {name} of the {describe(owner)}"
    if isinstance(listener, (classmethod, staticmethod)) or not callable(listener):
        return Problem(f"{where} is not a method.", mistake=True)
    error = signature_error(name, listener)
    if error:
        wanted = inspect.signature(EVENTS[name])
        names = ", ".join(["self", *map(_declaration, wanted.parameters.values())])
        return Problem(
            f"{where} cannot take the arguments of the event ({error}): "
            f"declare it as def {name}({names}).",
            mistake=True,
        )
    if name not in EVENTS and is_slip(name, EVENTS):
        return Problem(
            f"{where} waits for an event nobody declared.{did_you_mean(name, EVENTS)}",
            mistake=False,
        )
    return None


def _declaration(parameter: inspect.Parameter) -> str:
    """Return a parameter as a listener should write it, without annotation."""
    if parameter.default is parameter.empty:
        return parameter.name
    return f"{parameter.name}={parameter.default!r}"
