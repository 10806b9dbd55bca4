# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a component works on: a collection, a model, and the way to other components."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo.models import BaseModel

from .exception import NoComponentError, RegistryNotReadyError, SeveralComponentError
from .explain import explain_lookup, explain_name
from .lookup import matching, narrow
from .registry import registry_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from odoo.api import Environment

    from .definition import AbstractComponent
    from .registry import ComponentRegistry


class WorkContext:
    """Carries a collection, a model and shared objects from component to component.

    Keyword arguments become attributes, and follow into every derived context.
    Raises RegistryNotReadyError while the database has no component registry.
    """

    collection: BaseModel
    model_name: str | None
    components_registry: ComponentRegistry

    def __init__(
        self,
        model_name: str | None = None,
        collection: BaseModel | None = None,
        components_registry: ComponentRegistry | None = None,
        **kwargs: Any,
    ) -> None:
        self._propagate_kwargs = [
            "collection",
            "model_name",
            "components_registry",
            *kwargs,
        ]
        self.collection = collection
        self.model_name = model_name
        self.components_registry = find_registry(
            self.collection.env, components_registry
        )
        for name, value in kwargs.items():
            setattr(self, name, value)

    if TYPE_CHECKING:
        # keyword arguments become attributes, and components may set others

        def __getattr__(self, name: str) -> Any: ...

        def __setattr__(self, name: str, value: Any) -> None: ...

    def __str__(self) -> str:
        return f"WorkContext({self.model_name}, {self.collection!r})"

    __repr__ = __str__

    @property
    def env(self) -> Environment:
        """Environment of the collection."""
        return self.collection.env

    @property
    def model(self) -> BaseModel:
        """Empty recordset of the working model; KeyError when it does not exist."""
        return self.env[self.model_name]

    def work_on(
        self, model_name: str | None = None, collection: BaseModel | None = None
    ) -> WorkContext:
        """Return a copy for another model or collection, with all attributes."""
        values = {name: getattr(self, name) for name in self._propagate_kwargs}
        if collection is not None:
            values["collection"] = collection
        if model_name is not None:
            values["model_name"] = model_name
        return type(self)(**values)

    def component(
        self,
        usage: str | None = None,
        model_name: str | BaseModel | None = None,
        **kw: Any,
    ) -> Any:
        """Return the component of this collection for a usage and a model.

        The model defaults to the working one. Among several candidates those of the
        collection win, then those that name the model. Extra keywords reach
        ``_component_match``. Raises NoComponentError, SeveralComponentError.
        """
        work: WorkContext = self
        if model_name is None:
            model = self.model_name
        else:
            model = model_name if isinstance(model_name, str) else model_name._name
            if model != self.model_name:
                work = self.work_on(model)
        selection = self.components_registry.select(self.collection._name, usage, model)
        cls = selection.sole
        if cls is None:
            found = matching(selection, self, usage, model, kw)
            best = narrow(found, self.collection._name, model)
            if len(best) != 1:
                raise self._lookup_error(best, usage, model)
            cls = best[0]
        return cls(work)

    def many_components(
        self,
        usage: str | None = None,
        model_name: str | BaseModel | None = None,
        **kw: Any,
    ) -> list[Any]:
        """Return all components for a usage and a model, in registration order."""
        model, work = self._for_model(model_name)
        selection = self.components_registry.select(self.collection._name, usage, model)
        return [cls(work) for cls in matching(selection, self, usage, model, kw)]

    def component_by_name(
        self, name: str, model_name: str | BaseModel | None = None
    ) -> Any:
        """Return the component of that name.

        Raises NoComponentError when it does not exist, belongs to another collection
        or does not apply on the model.
        """
        model, work = self._for_model(model_name)
        cls = self.components_registry.get(name)
        reason = explain_name(self.components_registry, name, self.collection, model)
        if cls is None or reason:
            raise NoComponentError(reason)
        return cls(work)

    def _for_model(
        self, model_name: str | BaseModel | None
    ) -> tuple[str | None, WorkContext]:
        """Return the model of a lookup and the context its instances get."""
        if model_name is None:
            return self.model_name, self
        model = model_name if isinstance(model_name, str) else model_name._name
        return model, self if model == self.model_name else self.work_on(model)

    def _lookup_error(
        self,
        found: Sequence[type[AbstractComponent]],
        usage: str | None,
        model: str | None,
    ) -> NoComponentError | SeveralComponentError:
        """Return the error of a lookup that found none, or several."""
        asked = (
            f"for collection {self.collection._name!r}, usage {usage!r}, "
            f"model {model!r}"
        )
        if found:
            names = ", ".join(repr(cls._name) for cls in found)
            return SeveralComponentError(
                f"Several components found {asked}: {names}. Make them differ in "
                f"_usage, _collection, _apply_on or _component_match, or ask for all "
                f"of them with many_components()."
            )
        registry, collection_name = self.components_registry, self.collection._name
        return NoComponentError(
            f"No component found {asked}.",
            explain=lambda: explain_lookup(registry, collection_name, usage, model),
        )


def find_registry(
    env: Environment, given: ComponentRegistry | None
) -> ComponentRegistry:
    """Return the registry of a work context: context, then argument, then database."""
    registry = env.context.get("components_registry", given)
    if registry is None:
        registry = registry_of(env) if given is None else given
    if registry is None:
        raise RegistryNotReadyError(
            f"No component registry for database {env.cr.dbname!r}: components exist "
            f"once Odoo has loaded all modules. During an installation, do the work "
            f"in a job or after the end of it; in a test, use the cases of "
            f"odoo.addons.component.tests.common."
        )
    return registry
