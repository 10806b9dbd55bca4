# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The registry of a database: built with Odoo's, dropped with it."""

from __future__ import annotations

import gc
import weakref

from odoo.tests import TransactionCase, tagged

from odoo.addons.component.core import (
    Component,
    ComponentDatabases,
    ComponentRegistry,
    MetaComponent,
    _component_databases,
)
from odoo.addons.component.exception import RegistryNotReadyError
from odoo.addons.component.utils import (
    get_component_registry,
    is_component_registry_ready,
)

from .common import TransactionComponentCase, new_rollbacked_env


@tagged("post_install", "-at_install")
class TestBuilder(TransactionCase):
    def setUp(self) -> None:
        super().setUp()
        self.builder = self.env["component.builder"]
        self.dbname = self.env.cr.dbname
        previous = self.builder._components_registry
        self.addCleanup(_component_databases.publish, self.env, previous)

    def test_database_has_a_ready_registry(self) -> None:
        registry = get_component_registry(self.dbname)
        self.assertTrue(is_component_registry_ready(self.dbname))
        self.assertIs(registry, self.env["res.partner"]._components_registry)
        self.assertIn("base", registry)
        self.assertIsNone(get_component_registry("no such database"))
        self.assertFalse(is_component_registry_ready("no such database"))

    def test_register_hook_replaces_the_registry_when_it_is_complete(self) -> None:
        before = get_component_registry(self.dbname)
        self.builder._register_hook()
        after = get_component_registry(self.dbname)
        self.assertIsNot(after, before)
        self.assertEqual(list(after), list(before))
        self.assertTrue(after.ready)
        self.assertIs(self.builder._components_registry, after)

    def test_init_global_registry_is_empty_and_not_ready(self) -> None:
        registry = self.builder._init_global_registry()
        self.assertIs(get_component_registry(self.dbname), registry)
        self.assertFalse(registry.ready)
        self.assertEqual(list(registry), [])
        self.builder.load_components("component")
        self.assertIn("base", registry)

    def test_cache_size_can_be_set_by_an_extension(self) -> None:
        self.patch(type(self.builder), "_components_registry_cache_size", 7)
        self.assertEqual(self.builder._init_global_registry()._cachesize, 7)

    def test_build_registry_loads_installed_addons_in_order(self) -> None:
        recorded = {"base": [], "component": []}
        for addon in ("component", "base"):

            class One(Component):
                _name = f"one.{addon}"
                _register = False

            recorded[addon].append(One)
        definitions = MetaComponent._modules_components["component"]
        recorded["component"] = [*definitions, *recorded["component"]]
        self.patch(MetaComponent, "_modules_components", recorded)
        registry = ComponentRegistry()
        self.builder.build_registry(registry)
        self.assertEqual(list(registry), ["one.base", "base", "one.component"])
        registry = ComponentRegistry()
        self.builder.build_registry(registry, exclude_addons=["base"])
        self.assertEqual(list(registry), ["base", "one.component"])

    def test_load_components_without_registry(self) -> None:
        self.patch(self.env.registry["base"], "_components_registry", None)
        with self.assertRaises(RegistryNotReadyError):
            self.builder.load_components("component")

    def test_entry_goes_with_the_odoo_registry(self) -> None:
        class OdooRegistry(dict):
            pass

        class Model:
            _components_registry = None

        class Env:
            cr = self.env.cr

        databases = ComponentDatabases()
        env = Env()
        env.registry = OdooRegistry(base=Model)
        components = ComponentRegistry()
        databases.publish(env, components)
        self.assertIs(databases[self.dbname], components)
        gone = weakref.ref(env.registry)
        del env
        gc.collect()
        self.assertIsNone(gone())
        self.assertNotIn(self.dbname, databases)

    def test_entry_of_the_next_odoo_registry_stays(self) -> None:
        class OdooRegistry(dict):
            pass

        class Env:
            cr = self.env.cr

        databases = ComponentDatabases()
        envs = []
        for _time in range(2):
            env = Env()
            model = type("Model", (), {"_components_registry": None})
            env.registry = OdooRegistry(base=model)
            databases.publish(env, ComponentRegistry())
            envs.append(env)
        del envs[0]
        gc.collect()
        self.assertIs(
            databases[self.dbname], envs[0].registry["base"]._components_registry
        )


@tagged("post_install", "-at_install")
class TestTransactionComponentCase(TransactionComponentCase):
    def test_installed_components_are_ready(self) -> None:
        registry = self.env.context["components_registry"]
        self.assertTrue(registry.ready)
        self.assertIn("base", registry)
        self.assertIs(get_component_registry(self.env.cr.dbname), registry)

    def test_rollbacked_env(self) -> None:
        with new_rollbacked_env() as env:
            self.assertIsNot(env.cr, self.env.cr)
            self.assertEqual(env.cr.dbname, self.env.cr.dbname)

    def test_work_on(self) -> None:
        user = self.env.user
        collection = self.env["collection.base"]
        with self.assertRaises(ValueError), collection.work_on("res.users"):
            pass
        work_on = type(collection).work_on
        with work_on(user, "res.partner", client="client") as work:
            self.assertEqual(work.collection, user)
            self.assertEqual(work.model, self.env["res.partner"])
            self.assertEqual(work.client, "client")
