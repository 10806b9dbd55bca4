# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Events: who listens, and how they are called.

A listener is a component that inherits from ``base.event.listener``; each of its
methods that starts with ``on_`` is called when the event of that name is notified.
Listeners are called in registration order: by addon in the order of dependencies,
then by class in the order of definition.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import TYPE_CHECKING, Any, ClassVar

from odoo.addons.component.core import AbstractComponent, Component

if TYPE_CHECKING:
    from odoo.addons.component.core import ComponentRegistry

#: kept for addons that import it; the cache grows with the models that fire events
DEFAULT_EVENT_CACHE_SIZE = 512

#: usage of all listeners
LISTENER_USAGE = "event.listener"


def skip_if(cond: Callable[..., Any]) -> Callable[[Callable], Callable]:
    """Skip a listener when the condition is true of its arguments.

    The condition gets exactly what the method gets, self first.
    """

    def decorate(method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def listener(*args: Any, **kwargs: Any) -> Any:
            if cond(*args, **kwargs):
                return None
            return method(*args, **kwargs)

        return listener

    return decorate


class CollectedEvents:
    """The listeners of one event, ready to be called."""

    __slots__ = ("events",)

    def __init__(self, events: Iterable[Callable[..., Any]]) -> None:
        #: bound methods in registration order, each once
        self.events = list(events)
        if len(self.events) > 1:
            self.events = list(dict.fromkeys(self.events))

    def notify(self, *args: Any, **kwargs: Any) -> None:
        """Call all listeners with the same arguments; an exception stops them."""
        for event in self.events:
            event(*args, **kwargs)


class EventCollecter(Component):
    """Finds the listeners of an event for the model and collection of its context."""

    _name = "base.event.collecter"

    def collect_events(self, name: str) -> CollectedEvents:
        """Return the listeners of an event.

        Raises ValueError when the name does not start with ``on_``.
        """
        work = self.work
        collection = work._collection
        classes = listener_classes(
            work.components_registry,
            None if collection is None else collection._name,
            work.model_name,
            name,
        )
        return CollectedEvents([getattr(cls(work), name) for cls in classes])


class EventListener(AbstractComponent):
    """Base of listeners."""

    _name = "base.event.listener"
    _usage = LISTENER_USAGE

    _events: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def has_event(cls, name: str) -> bool:
        """Return whether the component listens to an event."""
        return name in cls._events

    @classmethod
    def _complete_component_build(cls) -> None:
        """Remember the events of the final class."""
        super()._complete_component_build()
        cls._events = frozenset(name for name in dir(cls) if name.startswith("on_"))


def listener_classes(
    registry: ComponentRegistry,
    collection_name: str | None,
    model_name: str | None,
    name: str,
) -> tuple[type[EventListener], ...]:
    """Return who listens to an event, in registration order.

    Worked out once for each collection, model and event of a registry. Raises
    ValueError when the name does not start with ``on_``.
    """
    key = ("listeners", collection_name, model_name, name)
    try:
        return registry.memo[key]
    except KeyError:
        if not name.startswith("on_"):
            raise ValueError(
                f"{name!r} is not the name of an event: it must start with 'on_'."
            ) from None
    candidates = registry.lookup(
        collection_name, usage=LISTENER_USAGE, model_name=model_name
    )
    classes = tuple(cls for cls in candidates if cls.has_event(name))
    registry.memo[key] = classes
    return classes
