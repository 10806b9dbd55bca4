# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The work context of an event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from odoo.addons.component.core import WorkContext
from odoo.addons.component.work_context import find_registry

if TYPE_CHECKING:
    from odoo.api import Environment
    from odoo.models import BaseModel

    from odoo.addons.component.core import ComponentRegistry


#: what every work context hands on, the collection first
PROPAGATED = ["collection", "model_name", "components_registry"]


class EventWorkContext(WorkContext):
    """A work context that may have no collection: an event is for whoever listens.

    Raises ValueError unless exactly one of collection and env is given.
    """

    def __init__(
        self,
        model_name: str | None = None,
        collection: BaseModel | None = None,
        env: Environment | None = None,
        components_registry: ComponentRegistry | None = None,
        **kwargs: Any,
    ) -> None:
        if (collection is None) == (env is None):
            raise ValueError(
                "An EventWorkContext takes a collection or an env, one and only one "
                f"of them: got collection={collection!r}, env={env!r}."
            )
        self._env = env if collection is None else collection.env
        self._collection = collection
        self.model_name = model_name
        self.components_registry = find_registry(self._env, components_registry)
        self._propagate_kwargs = PROPAGATED
        if kwargs:
            self._propagate_kwargs = [*PROPAGATED, *kwargs]
            for name, value in kwargs.items():
                setattr(self, name, value)

    def __str__(self) -> str:
        return f"EventWorkContext({self.model_name}, {self._collection!r})"

    @property
    def env(self) -> Environment:
        """Environment the event was fired in."""
        return self._env

    @property
    def collection(self) -> BaseModel:
        """Collection the event was fired for; ValueError when there is none."""
        if self._collection is None:
            raise ValueError(
                f"The event on {self.model_name!r} was fired without a collection: "
                f"open one with the work_on() of a backend."
            )
        return self._collection

    def work_on(
        self, model_name: str | None = None, collection: BaseModel | None = None
    ) -> WorkContext:
        """Return a plain work context, in which other components can be looked up.

        Raises ValueError when no collection is known, or when it belongs to another
        environment than the event.
        """
        if collection is None:
            collection = self.collection
        if collection.env != self.env:
            raise ValueError(
                f"The collection {collection!r} and the event are not in the same "
                f"environment: give it the one of the event with with_env()."
            )
        names = self._propagate_kwargs[1:]
        values = {name: getattr(self, name) for name in names}
        if model_name is not None:
            values["model_name"] = model_name
        return WorkContext(collection=collection, **values)

    def component(
        self,
        usage: str | None = None,
        model_name: str | BaseModel | None = None,
        **kw: Any,
    ) -> Any:
        """Return one component of the event's collection; TypeError without one."""
        return self._with_collection("component").component(usage, model_name, **kw)

    def many_components(
        self,
        usage: str | None = None,
        model_name: str | BaseModel | None = None,
        **kw: Any,
    ) -> list[Any]:
        """Return all components of the event's collection; TypeError without one."""
        work = self._with_collection("many_components")
        return work.many_components(usage, model_name, **kw)

    def component_by_name(
        self, name: str, model_name: str | BaseModel | None = None
    ) -> Any:
        """Return a component by name; TypeError when the event has no collection."""
        work = self._with_collection("component_by_name")
        return work.component_by_name(name, model_name)

    def _with_collection(self, method: str) -> WorkContext:
        """Return the plain context to look components up in."""
        if self._collection is None:
            self._refuse(method)
        return self.work_on()

    def _refuse(self, method: str) -> NoReturn:
        """Raise the error for a lookup in an event without collection."""
        raise TypeError(
            f"{method}() needs a collection and the event on {self.model_name!r} was "
            f"fired without one. Use the collection of the record instead: with "
            f"record.backend_id.work_on(record._name) as work: work.{method}(...)."
        )
