# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The final component classes of a database, and how they are found."""

from __future__ import annotations

import weakref
from collections.abc import Hashable, Iterator
from typing import TYPE_CHECKING, Any, overload

from .definition import MetaComponent
from .lookup import LookupIndex, Selection

if TYPE_CHECKING:
    from odoo.api import Environment
    from odoo.modules.registry import Registry

    from .definition import AbstractComponent

#: least number of lookups whose result a registry remembers
DEFAULT_CACHE_SIZE = 512

#: lookups remembered per component: enough that visiting each component in turn, for
#: a few usages or models, never drops one that comes back
LOOKUPS_PER_COMPONENT = 4


class ComponentRegistry:
    """Ordered mapping of component names to final classes.

    One is built per database, tests make their own. Reading is safe from any number
    of threads; a registry is built by one thread before the others see it.
    """

    def __init__(self, cachesize: int = DEFAULT_CACHE_SIZE) -> None:
        self.ready = False
        #: values other addons derive from the components; emptied when these change
        self.memo: dict[Hashable, Any] = {}
        self._cachesize = cachesize
        #: what lookups found, by collection, then model, then usage
        self._cache: dict[str | None, dict[str | None, dict[str | None, Selection]]]
        self._cache = {}
        #: how many of them
        self._remembered = 0
        self._index: LookupIndex | None = None
        self._components: dict[str, type[AbstractComponent]] = {}
        self._loaded_modules: set[str] = set()
        #: the Odoo registry it was published for, dead or None otherwise
        self._owner: weakref.ref[Registry] | None = None

    def __repr__(self) -> str:
        state = "ready" if self.ready else "not ready"
        return f"<ComponentRegistry: {len(self._components)} components, {state}>"

    def __getitem__(self, name: str) -> type[AbstractComponent]:
        return self._components[name]

    def __setitem__(self, name: str, component: type[AbstractComponent]) -> None:
        self._components[name] = component
        self._forget()

    def __contains__(self, name: object) -> bool:
        return name in self._components

    def __iter__(self) -> Iterator[str]:
        return iter(self._components)

    @overload
    def get(self, name: str) -> type[AbstractComponent] | None: ...

    @overload
    def get(
        self, name: str, default: type[AbstractComponent]
    ) -> type[AbstractComponent]: ...

    def get(
        self, name: str, default: type[AbstractComponent] | None = None
    ) -> type[AbstractComponent] | None:
        """Return the final class of a component, or the default."""
        return self._components.get(name, default)

    def values(self) -> list[type[AbstractComponent]]:
        """Return the final classes in registration order, abstract ones included."""
        return list(self._components.values())

    def load_components(self, addon: str) -> None:
        """Build the components an addon declares; once only for each addon.

        Raises ComponentDefinitionError for a wrong declaration.
        """
        if addon in self._loaded_modules:
            return
        for definition in tuple(MetaComponent._modules_components.get(addon, ())):
            definition._build_component(self)
        self._loaded_modules.add(addon)

    def lookup(
        self,
        collection_name: str | None = None,
        usage: str | None = None,
        model_name: str | None = None,
    ) -> list[type[AbstractComponent]]:
        """Return the concrete components that answer, in registration order.

        None is no filter. Components without collection or without models answer
        for any.
        """
        return list(self.select(collection_name, usage, model_name).candidates)

    def select(
        self, collection_name: str | None, usage: str | None, model_name: str | None
    ) -> Selection:
        """Return what a lookup is decided on; the hot path of the addon."""
        # one level a filter: no key to build and to compare, and the outer ones are few
        try:
            return self._cache[collection_name][model_name][usage]
        except KeyError:
            return self._select(collection_name, usage, model_name)

    def _select(
        self, collection_name: str | None, usage: str | None, model_name: str | None
    ) -> Selection:
        """Work out a lookup that is not remembered, and remember it."""
        index = self._index
        if index is None:
            index = self._index = LookupIndex(self._components.values())
        selection = index.select(collection_name, usage, model_name)
        capacity = LOOKUPS_PER_COMPONENT * len(self._components)
        if self._remembered >= max(self._cachesize, capacity):
            # dropping all is atomic, needs no order kept at each hit, and the index
            # answers again in microseconds
            self._cache.clear()
            self._remembered = 0
        models = self._cache.setdefault(collection_name, {})
        models.setdefault(model_name, {})[usage] = selection
        self._remembered += 1
        return selection

    def _forget(self) -> None:
        """Drop what was derived from the components."""
        self._cache.clear()
        self._remembered = 0
        self.memo.clear()
        self._index = None


class ComponentDatabases(dict[str, ComponentRegistry]):
    """Component registry of each database of the process, by database name.

    The registry itself is held by the Odoo registry it was built for (as an attribute
    of the model class "base"), so an environment always finds the components that
    match its models, even while another thread loads the next Odoo registry. An entry
    here lives as long as that Odoo registry.
    """

    def publish(self, env: Environment, registry: ComponentRegistry) -> None:
        """Make this the component registry of the environment's database."""
        base = env.registry["base"]
        registry._owner = weakref.ref(env.registry)
        if base._components_registry is None:
            finalizer = weakref.finalize(env.registry, self._drop, env.cr.dbname)
            finalizer.atexit = False
        base._components_registry = registry
        self[env.cr.dbname] = registry

    def _drop(self, dbname: str) -> None:
        """Forget a database when its Odoo registry is gone and none replaced it."""
        registry = self.get(dbname)
        if registry is None or registry._owner is None:
            return
        if registry._owner() is None:
            self.pop(dbname, None)


_component_databases = ComponentDatabases()


def registry_of(env: Environment) -> ComponentRegistry | None:
    """Return the component registry of an environment, None when there is none yet.

    The context key ``components_registry`` comes first: tests work with their own.
    """
    registry = env.context.get("components_registry")
    return env.registry["base"]._components_registry if registry is None else registry
