# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Events of all models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo import api, models

from odoo.addons.component.registry import registry_of

from ..components.event import CollectedEvents, listener_classes
from ..core import EventWorkContext

if TYPE_CHECKING:
    from typing import Self

    from odoo.addons.component.core import ComponentRegistry


def has_listener(model: models.BaseModel, name: str) -> bool:
    """Return whether anybody listens to an event on this model.

    The one question every create and write of the database asks: it must be answered
    in well under a microsecond.
    """
    registry = model.env.context.get("components_registry")
    if registry is None:
        registry = model._components_registry
        if registry is None:
            return False
    if not registry.ready:
        return False
    try:
        return registry.memo[name][model._name]
    except KeyError:
        listened = bool(listener_classes(registry, None, model._name, name))
        registry.memo.setdefault(name, {})[model._name] = listened
        return listened


class Base(models.AbstractModel):
    """Notifies the creation, change and deletion of records.

    What nobody listens to must cost next to nothing: each method asks once per call,
    not per record, and two dictionary reads answer.
    """

    _inherit = "base"

    def _event(
        self,
        name: str,
        collection: models.BaseModel | None = None,
        components_registry: ComponentRegistry | None = None,
    ) -> CollectedEvents:
        """Return the listeners of an event on this model, to be notified.

        With a collection, those of other collections are left out. Nobody listens
        while the components of the database are not ready, as during an installation.
        """
        registry = self.env.context.get("components_registry", components_registry)
        if registry is None:
            registry = registry_of(self.env)
        if registry is None or not registry.ready:
            return CollectedEvents(())
        work = EventWorkContext(
            model_name=self._name,
            collection=collection,
            env=self.env if collection is None else None,
            components_registry=registry,
        )
        collecter = registry["base.event.collecter"](work)
        return collecter.collect_events(name)

    @api.model_create_multi
    def create(self, vals_list: list[dict[str, Any]]) -> Self:
        """Notify ``on_record_create(record, fields=names)`` for each new record."""
        if not has_listener(self, "on_record_create"):
            return super().create(vals_list)
        fields_list = [list(vals) for vals in vals_list]
        records = super().create(vals_list)
        events = self._event("on_record_create")
        for record, fields in zip(records, fields_list, strict=True):
            events.notify(record, fields=fields)
        return records

    def write(self, vals: dict[str, Any]) -> bool:
        """Notify ``on_record_write(record, fields=names)`` for each record."""
        if not has_listener(self, "on_record_write"):
            return super().write(vals)
        fields = list(vals)
        result = super().write(vals)
        events = self._event("on_record_write")
        for record in self:
            events.notify(record, fields=list(fields))
        return result

    def unlink(self) -> bool:
        """Notify ``on_record_unlink(record)`` for each record about to be deleted."""
        if has_listener(self, "on_record_unlink"):
            events = self._event("on_record_unlink")
            for record in self:
                events.notify(record)
        return super().unlink()
