# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Registry lookups: which components pass the filters."""

from __future__ import annotations

from odoo.addons.component.core import AbstractComponent, Component

from .common import ComponentRegistryCase


class TestLookup(ComponentRegistryCase):
    def setUp(self) -> None:
        super().setUp()

        class Hidden(AbstractComponent):
            _name = "hidden"
            _usage = "import"

        class Generic(Component):
            _name = "generic"
            _usage = "import"

        class Partner(Component):
            _name = "partner"
            _usage = "import"
            _apply_on = ["res.partner", "res.users"]

        class Shop(Component):
            _name = "shop"
            _usage = "import"
            _collection = "shop.backend"

        class ShopPartner(Component):
            _name = "shop.partner"
            _usage = "import"
            _collection = "shop.backend"
            _apply_on = "res.partner"

        class Export(Component):
            _name = "export"
            _usage = "export"

        self._build_components(Hidden, Generic, Partner, Shop, ShopPartner, Export)

    def test_filters(self) -> None:
        every = ["generic", "partner", "shop", "shop.partner", "export"]
        for collection, usage, model, expected in (
            (None, None, None, every),
            (None, "import", None, every[:-1]),
            ("shop.backend", "import", "res.partner", every[:-1]),
            ("shop.backend", "import", "res.users", ["generic", "partner", "shop"]),
            ("shop.backend", "import", "res.lang", ["generic", "shop"]),
            ("other.backend", "import", "res.partner", ["generic", "partner"]),
            ("other.backend", "export", "res.partner", ["export"]),
            ("other.backend", None, "res.lang", ["generic", "export"]),
            (None, "import", "res.lang", ["generic", "shop"]),
            ("shop.backend", "unknown", "res.partner", []),
        ):
            with self.subTest(collection=collection, usage=usage, model=model):
                # twice: the second answer comes from the cache
                for _time in range(2):
                    found = self.comp_registry.lookup(collection, usage, model)
                    self.assertEqual([cls._name for cls in found], expected)

    def test_result_can_be_changed_by_the_caller(self) -> None:
        self.comp_registry.lookup(usage="export").clear()
        self.assertEqual(len(self.comp_registry.lookup(usage="export")), 1)

    def test_cache_forgets_when_a_component_is_added(self) -> None:
        self.assertEqual(len(self.comp_registry.lookup(usage="export")), 1)

        class Export2(Component):
            _name = "export.2"
            _usage = "export"

        self._build_components(Export2)
        self.assertEqual(len(self.comp_registry.lookup(usage="export")), 2)

    def test_cache_forgets_when_an_extension_changes_the_usage(self) -> None:
        self.assertEqual(len(self.comp_registry.lookup(usage="export")), 1)

        class Renamed(Component):
            _inherit = "export"
            _usage = "export.all"

        self._build_components(Renamed)
        self.assertEqual(self.comp_registry.lookup(usage="export"), [])
        self.assertEqual(len(self.comp_registry.lookup(usage="export.all")), 1)

    def test_cache_is_bounded(self) -> None:
        registry = self.comp_registry
        for rank in range(3 * registry._cachesize):
            registry.lookup("shop.backend", "import", f"model.{rank}")
        usages = registry._cache["shop.backend"].values()
        self.assertLessEqual(sum(map(len, usages)), registry._cachesize)

    def test_mapping(self) -> None:
        registry = self.comp_registry
        self.assertIn("shop", registry)
        self.assertNotIn("shops", registry)
        self.assertIs(registry.get("shop"), registry["shop"])
        self.assertIsNone(registry.get("shops"))
        self.assertIs(registry.get("shops", registry["shop"]), registry["shop"])
        with self.assertRaises(KeyError):
            registry["shops"]
