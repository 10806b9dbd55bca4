# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Test cases for addons that declare components."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from odoo import api
from odoo.modules.registry import Registry
from odoo.tests.common import BaseCase, TransactionCase, get_db_name

from ..build import children_of
from ..core import (
    AbstractComponent,
    ComponentRegistry,
    MetaComponent,
    _component_databases,
    _get_addon_name,
)


@contextmanager
def new_rollbacked_env() -> Iterator[api.Environment]:
    """Yield a superuser environment on a cursor of its own, rolled back at the end."""
    registry = Registry(get_db_name())
    with registry.cursor() as cr:
        try:
            yield api.Environment(cr, api.SUPERUSER_ID, {})
        finally:
            cr.rollback()


class ComponentMixin(BaseCase):
    """Adds the components of the installed addons, and of the tested one, to a case.

    Call setUpComponent() in setUpClass; each test then finds them ready.
    """

    _components_registry: ClassVar[ComponentRegistry | None] = None

    def setUp(self) -> None:
        super().setUp()
        if self._components_registry is not None:
            self.setUpComponentRegistryReady()

    @classmethod
    def setUpComponent(cls) -> None:
        """Build a registry for the class and put it in the context of its ``env``.

        It is not ready, and no event fires, until the first test starts. The registry
        the database had is put back after the class.
        """
        with new_rollbacked_env() as env:
            previous = env["component.builder"]._components_registry
            if previous is not None:
                cls.addClassCleanup(_publish, previous)
            builder = env["component.builder"]
            registry = cls._components_registry = builder._init_global_registry()
            # not those "to install": their models may be missing at this point
            builder.build_registry(registry, states=("installed",))
            builder.load_components(_get_addon_name(cls.__module__), registry)
        _use_registry(cls, registry)

    def setUpComponentRegistryReady(self) -> None:
        """Make the registry of the class ready until the end of the test."""
        # ready in tests alone, never while other addons are being installed
        self._components_registry.ready = True

        def set_not_ready() -> None:
            self._components_registry.ready = False

        self.addCleanup(set_not_ready)


class TransactionComponentCase(TransactionCase, ComponentMixin):
    """A TransactionCase with components."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.setUpComponent()


class ComponentRegistryCase(BaseCase):
    """A case with a registry of its own, that holds what a test puts in it.

    It starts with the components of the addon ``component``. Each test has a new
    registry; after a call of _setup_registry(cls) in setUpClass the tests share one,
    and what a test adds to it is dropped after that test.
    """

    comp_registry: ComponentRegistry | None = None

    def setUp(self) -> None:
        super().setUp()
        if self.comp_registry is None:
            self._setup_registry(self)
            self.addCleanup(self._teardown_registry, self)
        else:
            self.addCleanup(_restore, self.comp_registry, _snapshot(self.comp_registry))

    @staticmethod
    def _setup_registry(
        case_or_class: ComponentRegistryCase | type[ComponentRegistryCase],
    ) -> None:
        """Give a case, or a class of cases, a new registry."""
        case_or_class._recorded_components = _record()
        registry = ComponentRegistry()
        registry.load_components("component")
        registry.ready = True
        case_or_class.comp_registry = registry
        if case_or_class.env is not None:
            _use_registry(case_or_class, registry)

    @staticmethod
    def _teardown_registry(
        case_or_class: ComponentRegistryCase | type[ComponentRegistryCase],
    ) -> None:
        """Forget the classes recorded since _setup_registry()."""
        MetaComponent._modules_components.clear()
        MetaComponent._modules_components.update(case_or_class._recorded_components)

    def _load_module_components(self, addon: str) -> None:
        """Add the components of an addon to the registry."""
        self.comp_registry.load_components(addon)

    def _build_components(self, *classes: type[AbstractComponent]) -> None:
        """Add component classes to the registry, in this order."""
        for cls in classes:
            cls._build_component(self.comp_registry)


class TransactionComponentRegistryCase(TransactionCase, ComponentRegistryCase):
    """A TransactionCase whose tests share a registry of their own."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls._setup_registry(cls)
        cls.addClassCleanup(cls._teardown_registry, cls)
        cls.collection = cls.env["collection.base"]


SavepointComponentCase = TransactionComponentCase
SavepointComponentRegistryCase = TransactionComponentRegistryCase


def _publish(registry: ComponentRegistry) -> None:
    """Put a registry back as the one of the database."""
    with new_rollbacked_env() as env:
        _component_databases.publish(env, registry)


def _use_registry(case: Any, registry: ComponentRegistry) -> None:
    """Make the environment of a case use a registry."""
    if case.env is not None:
        case.env = case.env(
            context=dict(case.env.context, components_registry=registry)
        )


def _record() -> dict[str, list[type[AbstractComponent]]]:
    """Return a copy of the recorded definitions."""
    recorded = MetaComponent._modules_components
    return {addon: list(classes) for addon, classes in recorded.items()}


def _snapshot(registry: ComponentRegistry) -> dict[str, Any]:
    """Return what building components changes in a registry."""
    return {
        "components": dict(registry._components),
        "addons": set(registry._loaded_modules),
        "classes": {
            cls: (cls.__bases__, dict.fromkeys(children_of(cls)))
            for cls in registry.values()
        },
    }


def _restore(registry: ComponentRegistry, snapshot: dict[str, Any]) -> None:
    """Put a registry back in the state of a snapshot."""
    registry._components = snapshot["components"]
    registry._loaded_modules = snapshot["addons"]
    registry._forget()
    changed = False
    for cls, (bases, children) in snapshot["classes"].items():
        cls._inherit_children = children
        if cls.__bases__ != bases:
            cls.__bases__ = bases
            changed = True
    if changed:
        for cls in registry.values():
            cls._complete_component_build()
