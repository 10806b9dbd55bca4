# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Builds the components of a database when its Odoo registry is ready."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from odoo import api, models
from odoo.modules.module_graph import ModuleGraph
from odoo.tools import SQL

from .core import DEFAULT_CACHE_SIZE, ComponentRegistry, _component_databases
from .exception import RegistryNotReadyError
from .validation import Problem, report, unknown_models


class ComponentBuilder(models.AbstractModel):
    """Odoo's hook into the registry: loading modules ends with building components."""

    _name = "component.builder"
    _description = "Component Builder"

    #: least number of lookups the registry of a database remembers
    _components_registry_cache_size = DEFAULT_CACHE_SIZE

    def _register_hook(self) -> None:
        """Build all components; the finished registry replaces the last one at once.

        Raises ComponentDefinitionError for a wrong declaration.
        """
        super()._register_hook()
        registry = self._new_registry()
        self.build_registry(registry)
        installing = not self.env.registry.ready and self.env.registry.updated_modules
        report(self._component_problems(registry), strict=bool(installing))
        registry.ready = True
        _component_databases.publish(self.env, registry)

    def _component_problems(self, registry: ComponentRegistry) -> Iterator[Problem]:
        """Find what is wrong in a complete registry; addons add checks of their own."""
        yield from unknown_models(registry, self.env.registry)

    def _new_registry(self) -> ComponentRegistry:
        """Return an empty registry nobody sees yet."""
        return ComponentRegistry(cachesize=self._components_registry_cache_size)

    def _init_global_registry(self) -> ComponentRegistry:
        """Give the database an empty registry that is not ready, and return it."""
        registry = self._new_registry()
        _component_databases.publish(self.env, registry)
        return registry

    @api.private
    def build_registry(
        self,
        components_registry: ComponentRegistry,
        states: Collection[str] = ("installed", "to upgrade"),
        exclude_addons: Collection[str] | None = None,
    ) -> None:
        """Load the addons in these states, each after those it depends on."""
        excluded = exclude_addons or ()
        rows = self.env.execute_query(
            SQL("SELECT name FROM ir_module_module WHERE state IN %s", tuple(states))
        )
        graph = ModuleGraph(self.env.cr)
        graph.extend([name for (name,) in rows])
        for node in graph:
            if node.name not in excluded:
                self.load_components(node.name, components_registry)

    @api.private
    def load_components(
        self, module: str, components_registry: ComponentRegistry | None = None
    ) -> None:
        """Build the components of one addon, in the database's registry by default.

        Raises RegistryNotReadyError when the database has no registry to default to.
        """
        if components_registry is None:
            components_registry = self._components_registry
        if components_registry is None:
            raise RegistryNotReadyError()
        components_registry.load_components(module)
