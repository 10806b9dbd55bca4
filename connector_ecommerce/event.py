# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The events of connectors for Odoo 10.0 and before: functions subscribe to them.

New code listens with a component, see `component_event`. Both are told the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from odoo.api import Environment
    from odoo.models import BaseModel

Consumer = Callable[..., Any]

__all__ = [
    "Event",
    "on_invoice_paid",
    "on_invoice_validated",
    "on_picking_dropship_done",
    "on_picking_out_done",
    "on_product_price_changed",
    "on_tracking_number_added",
]


class Event:
    """Call functions when something happens, for all models or some.

    Use it as a decorator, with arguments or without::

        @on_invoice_paid(model_names="account.move")
        def export_paid(env, model_name, record_id):
            ...
    """

    def __init__(self) -> None:
        self._consumers: dict[str | None, list[Consumer]] = {}

    def subscribe(
        self,
        consumer: Consumer,
        model_names: str | Iterable[str] | None = None,
        replacing: Consumer | None = None,
    ) -> None:
        """Have a function called, for some models or all, instead of another one."""
        for name in _names(model_names):
            if replacing is not None:
                self.unsubscribe(replacing, name and [name])
            consumers = self._consumers.setdefault(name, [])
            if consumer not in consumers:
                consumers.append(consumer)

    def unsubscribe(
        self, consumer: Consumer, model_names: str | Iterable[str] | None = None
    ) -> None:
        """Have a function no longer called; nothing happens when it was not."""
        for name in _names(model_names):
            if consumer in self._consumers.get(name, ()):
                self._consumers[name].remove(consumer)

    def has_consumer_for(self, env: Environment, model_name: str) -> bool:
        """Tell whether somebody is called for this model in this database."""
        return bool(self._consumers_for(env, model_name))

    def fire(
        self, env: Environment, model_name: str, record_id: int, *args: Any, **kw: Any
    ) -> None:
        """Call the functions, as `consumer(env, model_name, record_id, *args)`."""
        for consumer in self._consumers_for(env, model_name):
            consumer(env, model_name, record_id, *args, **kw)

    def __call__(
        self,
        consumer: Consumer | None = None,
        model_names: str | Iterable[str] | None = None,
        replacing: Consumer | None = None,
    ) -> Consumer:
        """Subscribe a function, as a decorator."""
        if consumer is not None:
            self.subscribe(consumer, model_names=model_names, replacing=replacing)
            return consumer

        def decorate(function: Consumer) -> Consumer:
            self.subscribe(function, model_names=model_names, replacing=replacing)
            return function

        return decorate

    def _consumers_for(self, env: Environment, model_name: str) -> list[Consumer]:
        """Return the functions to call: an addon in the path may not be installed."""
        consumers = [
            *self._consumers.get(None, ()),
            *self._consumers.get(model_name, ()),
        ]
        installed = env.registry._init_modules
        return [c for c in consumers if _addon(c) is None or _addon(c) in installed]


def notify(records: BaseModel, name: str, *args: Any) -> None:
    """Tell the listeners, then the functions, of each record."""
    event = records._event(name)
    legacy = EVENTS.get(name)
    for record in records:
        event.notify(record, *args)
        if legacy:
            legacy.fire(record.env, record._name, record.id, *args)


def _names(model_names: str | Iterable[str] | None) -> list[str | None]:
    if model_names is None:
        return [None]
    return [model_names] if isinstance(model_names, str) else list(model_names)


def _addon(consumer: Consumer) -> str | None:
    parts = consumer.__module__.split(".")
    return parts[2] if parts[:2] == ["odoo", "addons"] else None


on_invoice_paid = Event()
on_invoice_validated = Event()
on_picking_out_done = Event()
on_picking_dropship_done = Event()
on_tracking_number_added = Event()
on_product_price_changed = Event()

EVENTS = {
    "on_invoice_paid": on_invoice_paid,
    "on_invoice_validated": on_invoice_validated,
    "on_picking_out_done": on_picking_out_done,
    "on_picking_dropship_done": on_picking_dropship_done,
    "on_tracking_number_added": on_tracking_number_added,
    "on_product_price_changed": on_product_price_changed,
}
