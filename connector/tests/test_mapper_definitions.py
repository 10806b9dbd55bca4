# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo.addons.component.core import AbstractComponent, Component
from odoo.addons.component.tests.common import TransactionComponentRegistryCase
from odoo.addons.connector.components.mapper import (
    MappingDefinition,
    changed_by,
    mapping,
    only_create,
)

Values = dict[str, Any]


class TestMappingDefinitions(TransactionComponentRegistryCase):
    """Which methods are mappings, along inheritance."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        for addon in ("component_event", "connector"):
            cls.comp_registry.load_components(addon)

    def _definitions(self, *classes: type) -> dict[str, MappingDefinition]:
        self._build_components(*classes)
        name = classes[-1]._name or classes[-1]._inherit
        return self.comp_registry[name]._map_methods

    def test_markers_stack_in_any_order(self) -> None:
        class One(Component):
            _name = "one"
            _inherit = "base.import.mapper"

            @changed_by("a", "b")
            @only_create
            @mapping
            def first(self, record: Any) -> Values: ...

            @mapping
            @only_create
            @changed_by("c")
            @changed_by("d")
            def second(self, record: Any) -> Values: ...

            @only_create
            def third(self, record: Any) -> Values: ...

            def fourth(self, record: Any) -> Values: ...

        self.assertEqual(
            self._definitions(One),
            {
                "first": MappingDefinition({"a", "b"}, True),
                "second": MappingDefinition({"c", "d"}, True),
            },
        )
        self.assertTrue(One.first.is_mapping)
        self.assertEqual(One.first.changed_by, {"a", "b"})
        self.assertTrue(One.first.only_create)

    def test_override_without_decorator_is_a_mapping(self) -> None:
        class Two(Component):
            _name = "two"
            _inherit = "base.import.mapper"

            @only_create
            @changed_by("a")
            @mapping
            def value(self, record: Any) -> Values: ...

        class Extension(Component):
            _inherit = "two"

            def value(self, record: Any) -> Values: ...

        self.assertEqual(
            self._definitions(Two, Extension),
            {"value": MappingDefinition({"a"}, True)},
        )

    def test_changed_by_adds_up_and_the_last_only_create_wins(self) -> None:
        class Three(Component):
            _name = "three"
            _inherit = "base.import.mapper"

            @only_create
            @changed_by("a")
            @mapping
            def value(self, record: Any) -> Values: ...

        class ThreeAgain(Component):
            _inherit = "three"

            @changed_by("b")
            @mapping
            def value(self, record: Any) -> Values: ...

        self.assertEqual(
            self._definitions(Three, ThreeAgain),
            {"value": MappingDefinition({"a", "b"}, False)},
        )

    def test_several_bases(self) -> None:
        class Left(AbstractComponent):
            _name = "left"
            _inherit = "base.import.mapper"

            @changed_by("l")
            @mapping
            def value(self, record: Any) -> Values: ...

            @mapping
            def left(self, record: Any) -> Values: ...

        class Right(AbstractComponent):
            _name = "right"
            _inherit = "base.import.mapper"

            @changed_by("r")
            @mapping
            def value(self, record: Any) -> Values: ...

        class Both(Component):
            _name = "both"
            _inherit = ["left", "right"]

        self.assertEqual(
            self._definitions(Left, Right, Both),
            {
                "value": MappingDefinition({"l", "r"}, False),
                "left": MappingDefinition(set(), False),
            },
        )

    def test_extension_of_a_parent_reaches_the_children(self) -> None:
        class Parent(AbstractComponent):
            _name = "parent"
            _inherit = "base.import.mapper"

        class Child(Component):
            _name = "child"
            _inherit = "parent"

        class ParentExtension(AbstractComponent):
            _inherit = "parent"

            @mapping
            def late(self, record: Any) -> Values: ...

        self._build_components(Parent, Child, ParentExtension)
        self.assertEqual(set(self.comp_registry["child"]._map_methods), {"late"})
