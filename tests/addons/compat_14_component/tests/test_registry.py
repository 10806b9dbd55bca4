# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests.common import BaseCase, TransactionCase

from odoo.addons.component.core import (
    DEFAULT_CACHE_SIZE,
    AbstractComponent,
    Component,
    ComponentRegistry,
    MetaComponent,
    WorkContext,
    _component_databases,
    _get_addon_name,
)
from odoo.addons.component.tests.common import (
    ComponentMixin,
    ComponentRegistryCase,
    SavepointComponentRegistryCase,
    TransactionComponentRegistryCase,
    new_rollbacked_env,
)
from odoo.addons.component.utils import get_component_registry


class TestOwnRegistry(TransactionComponentRegistryCase):
    """Components of a test, in a registry of their own."""

    def test_build(self):
        class Thing(Component):
            _name = "thing"
            _usage = "thing"
            _collection = "collection.base"

            def price(self):
                return 2

        class ThingTwice(Component):
            _inherit = "thing"

            def price(self):
                return super().price() * 2

        class Gift(Component):
            _name = "gift"
            _inherit = "thing"
            _usage = "gift"

            def price(self):
                return super().price() - 4

        class ThingLate(Component):
            _inherit = "thing"

            def price(self):
                return super().price() + 100

        self._build_components(Thing, ThingTwice, Gift, ThingLate)
        self.assertEqual(
            [cls._name for cls in self.comp_registry.lookup("collection.base")],
            ["thing", "gift"],
        )
        work = WorkContext(
            model_name="res.users",
            collection=self.collection,
            components_registry=self.comp_registry,
        )
        self.assertEqual(work.component(usage="thing").price(), 104)
        # it keeps receiving what extends its parent
        self.assertEqual(work.component(usage="gift").price(), 100)

    def test_abstract(self):
        class Shape(AbstractComponent):
            _name = "shape"
            _usage = "shape"

        class Circle(Component):
            _name = "circle"
            _inherit = "shape"

        self._build_components(Shape, Circle)
        self.assertEqual(
            [cls._name for cls in self.comp_registry.lookup(usage="shape")], ["circle"]
        )
        self.assertTrue(self.comp_registry["shape"]._abstract)
        self.assertTrue(issubclass(self.comp_registry["circle"], Circle))

    def test_mistakes(self):
        class Nameless(Component):
            pass

        class Orphan(Component):
            _name = "orphan"
            _inherit = "no.such.parent"

        class Root(AbstractComponent):
            _name = "root"

        class ConcreteRoot(Component):
            _inherit = "root"

        class Leaf(Component):
            _name = "leaf"

        class LeafAgain(Component):
            _name = "leaf"

        class AbstractLeaf(AbstractComponent):
            _name = "abstract.leaf"
            _inherit = "leaf"

        self._build_components(Root, Leaf)
        for mistake in (Nameless, Orphan, ConcreteRoot, LeafAgain, AbstractLeaf):
            with self.assertRaises(TypeError, msg=mistake.__name__):
                mistake._build_component(self.comp_registry)

    def test_mapping(self):
        class Plain(Component):
            _name = "plain"

        Plain._build_component(self.comp_registry)
        registry = self.comp_registry
        self.assertIn("plain", registry)
        self.assertIn("plain", list(registry))
        self.assertIs(registry.get("plain"), registry["plain"])
        self.assertIsNone(registry.get("other"))
        registry["alias"] = registry["plain"]
        self.assertIn("alias", registry)
        found = registry.lookup()
        found.clear()
        self.assertTrue(registry.lookup(), "the cache is not the caller's")

    def test_stubs_do_not_leak(self):
        addon = _get_addon_name(self.__module__)
        self.assertEqual(addon, "compat_14_component")
        count = len(MetaComponent._modules_components[addon])

        class Leak(Component):
            _name = "leak"

        self.assertEqual(len(MetaComponent._modules_components[addon]), count)

    def test_load_an_addon(self):
        self._load_module_components("compat_14_component")
        self.assertIn("doc.writer.xml", self.comp_registry)
        classes = list(self.comp_registry)
        self.comp_registry.load_components("compat_14_component")
        self.assertEqual(list(self.comp_registry), classes)

    def test_check_hooks(self):
        calls = []

        class Careful(AbstractComponent):
            _name = "careful"

            @classmethod
            def _build_component_check_parent(cls, component_class, parent_class):
                calls.append(parent_class._name)
                return super()._build_component_check_parent(
                    component_class, parent_class
                )

            @classmethod
            def _build_component_check_base(cls, extend_cls):
                calls.append("in place")
                return super()._build_component_check_base(extend_cls)

        class CarefulToo(AbstractComponent):
            _name = "careful.too"
            _inherit = "careful"

        self._build_components(Careful, CarefulToo)
        self.assertIn("base", calls)


class TestOldName(SavepointComponentRegistryCase):
    def test_registry(self):
        self.assertTrue(self.comp_registry.ready)
        self.assertEqual(self.collection._name, "collection.base")


class TestPlainRegistry(ComponentRegistryCase):
    def test_without_a_database(self):
        class Free(Component):
            _name = "free"
            _usage = "free"

        self._build_components(Free)
        self.assertEqual(self.comp_registry.lookup(usage="free")[0]._name, "free")


class TestStaticHelpers(BaseCase):
    def test_setup_and_teardown(self):
        ComponentRegistryCase._setup_registry(self)
        self.addCleanup(ComponentRegistryCase._teardown_registry, self)
        self.assertIsInstance(self.comp_registry, ComponentRegistry)


class TestMixin(TransactionCase, ComponentMixin):
    """As a test case that cannot inherit from the cases of component."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setUpComponent()

    def test_lookup(self):
        exchange = self.env["doc.exchange"].create({"name": "E"})
        with exchange.work_on("res.partner") as work:
            self.assertEqual(work.component(usage="catalog")._name, "doc.catalog")

    def test_databases(self):
        self.assertIs(
            _component_databases[self.env.cr.dbname],
            get_component_registry(self.env.cr.dbname),
        )


class TestBuilder(BaseCase):
    def test_build(self):
        with new_rollbacked_env() as env:
            builder = env["component.builder"]
            self.assertEqual(
                builder._components_registry_cache_size, DEFAULT_CACHE_SIZE
            )
            known = _component_databases[env.cr.dbname]
            empty = builder._init_global_registry()
            self.assertFalse(empty.ready)
            self.assertIs(get_component_registry(env.cr.dbname), empty)
            _component_databases[env.cr.dbname] = known
            registry = ComponentRegistry(cachesize=10)
            builder.build_registry(
                registry,
                states=("installed", "to upgrade"),
                exclude_addons=["compat_14_component"],
            )
            self.assertNotIn("doc.base", registry)
            builder.load_components("compat_14_component", components_registry=registry)
            self.assertIn("doc.base", registry)
            self.assertLess(
                registry.compat_load_order.index("component"),
                registry.compat_load_order.index("compat_14_component"),
            )
