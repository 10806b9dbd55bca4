# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# the super() that pylint sees is in classes inside the tests
# pylint: disable=missing-return
"""Inheritance: what becomes of component definitions in a registry."""

from __future__ import annotations

from odoo.addons.component.core import (
    AbstractComponent,
    Component,
    MetaComponent,
    _get_addon_name,
)
from odoo.addons.component.exception import ComponentDefinitionError

from .common import ComponentRegistryCase


class TestBuild(ComponentRegistryCase):
    def test_definitions_in_tests_are_not_recorded(self) -> None:
        class Stub(Component):
            _name = "stub"

        self.assertNotIn(Stub, MetaComponent._modules_components["component"])
        self.assertEqual(Stub._module, "component")

    def test_addon_name(self) -> None:
        for module, addon in (
            ("odoo.addons.sale.models.order", "sale"),
            ("odoo.addons.sale", "sale"),
            ("sale.models", "sale"),
        ):
            self.assertEqual(_get_addon_name(module), addon)

    def test_every_component_inherits_base(self) -> None:
        class One(Component):
            _name = "one"

        self._build_components(One)
        self.assertTrue(issubclass(self.comp_registry["one"], One))
        self.assertTrue(
            issubclass(self.comp_registry["one"], self.comp_registry["base"])
        )

    def test_str_shows_the_name(self) -> None:
        class One(Component):
            _name = "one"

        self._build_components(One)
        self.assertEqual(str(self.comp_registry["one"](None)), "Component(one)")

    def test_apply_on_models(self) -> None:
        class Nothing(Component):
            _name = "nothing"

        class Single(Component):
            _name = "single"
            _apply_on = "res.users"

        class Several(Component):
            _name = "several"
            _apply_on = ["res.users", "res.partner"]

        self.assertIsNone(Nothing.apply_on_models)
        self.assertEqual(Single.apply_on_models, ["res.users"])
        self.assertEqual(Several.apply_on_models, ["res.users", "res.partner"])

    def test_extend_in_place(self) -> None:
        class One(Component):
            _name = "one"
            _usage = "first"

            def calls(self) -> list[str]:
                return ["One"]

        class OneAgain(Component):
            _inherit = "one"
            _usage = "second"

            def calls(self) -> list[str]:
                return ["OneAgain", *super().calls()]

        self._build_components(One, OneAgain)
        final = self.comp_registry["one"]
        self.assertEqual(final(None).calls(), ["OneAgain", "One"])
        self.assertEqual(final._usage, "second")
        self.assertEqual(final.__bases__, (OneAgain, One, self.comp_registry["base"]))

    def test_child_receives_late_extension_of_its_parent(self) -> None:
        class Parent(AbstractComponent):
            _name = "parent"

            def calls(self) -> list[str]:
                return ["Parent"]

        class Child(Component):
            _name = "child"
            _inherit = "parent"

            def calls(self) -> list[str]:
                return ["Child", *super().calls()]

        class Late(AbstractComponent):
            _inherit = "parent"

            def calls(self) -> list[str]:
                return ["Late", *super().calls()]

        self._build_components(Parent, Child, Late)
        child = self.comp_registry["child"](None)
        self.assertEqual(child.calls(), ["Child", "Late", "Parent"])

    def test_several_parents(self) -> None:
        class Left(AbstractComponent):
            _name = "left"
            side = "left"

        class Right(AbstractComponent):
            _name = "right"
            side = "right"
            only_right = True

        class Both(Component):
            _name = "both"
            _inherit = ["left", "right"]

        self._build_components(Left, Right, Both)
        both = self.comp_registry["both"]
        self.assertEqual(both.side, "left")
        self.assertTrue(both.only_right)

    def test_extension_adds_a_parent(self) -> None:
        class Mixin(AbstractComponent):
            _name = "mixin"
            mixed = True

        class One(Component):
            _name = "one"

        class OneMixed(Component):
            _name = "one"
            _inherit = ["one", "mixin"]

        self._build_components(Mixin, One, OneMixed)
        self.assertTrue(self.comp_registry["one"].mixed)
        self.assertIn("one", self.comp_registry["mixin"]._inherit_children)

    def test_complete_build_is_called_again_below_an_extension(self) -> None:
        class Parent(AbstractComponent):
            _name = "parent"
            words = ("one",)
            joined = ""

            @classmethod
            def _complete_component_build(cls) -> None:
                super()._complete_component_build()
                cls.joined = "-".join(cls.words)

        class Child(Component):
            _name = "child"
            _inherit = "parent"

        class GrandChild(Component):
            _name = "grand.child"
            _inherit = "child"

        class Late(AbstractComponent):
            _inherit = "parent"
            words = ("one", "two")

        self._build_components(Parent, Child, GrandChild)
        self.assertEqual(self.comp_registry["grand.child"].joined, "one")
        self._build_components(Late)
        for name in ("parent", "child", "grand.child"):
            self.assertEqual(self.comp_registry[name].joined, "one-two", name)

    def test_extension_with_abstract_class_stays_concrete(self) -> None:
        class One(Component):
            _name = "one"

        class OneExtended(AbstractComponent):
            _inherit = "one"

        self._build_components(One, OneExtended)
        self.assertFalse(self.comp_registry["one"]._abstract)

    def test_load_components_once(self) -> None:
        self.assertIn("base", self.comp_registry)
        base = self.comp_registry["base"]
        self._load_module_components("component")
        self.assertIs(self.comp_registry["base"], base)

    def test_registration_order(self) -> None:
        classes = [
            type(Component)(
                f"C{rank}",
                (Component,),
                {"__module__": __name__, "_name": f"c.{rank}", "_usage": "same"},
            )
            for rank in (3, 1, 2)
        ]
        self._build_components(*classes)
        self.assertEqual(list(self.comp_registry), ["base", "c.3", "c.1", "c.2"])
        found = self.comp_registry.lookup(usage="same")
        self.assertEqual([cls._name for cls in found], ["c.3", "c.1", "c.2"])


class TestWrongDefinitions(ComponentRegistryCase):
    def _assert_refused(self, definition: type[AbstractComponent], *words: str) -> None:
        before = list(self.comp_registry)
        with self.assertRaises(ComponentDefinitionError) as caught:
            self._build_components(definition)
        self.assertIsInstance(caught.exception, TypeError)
        for word in (definition.__qualname__, "'component'", *words):
            self.assertIn(word, str(caught.exception))
        self.assertEqual(list(self.comp_registry), before)

    def test_no_name(self) -> None:
        class NoName(Component):
            pass

        self._assert_refused(NoName, "_name")

    def test_two_parents_and_no_name(self) -> None:
        class NoName(Component):
            _inherit = ["base", "other"]

        self._assert_refused(NoName, "_name")

    def test_declared_twice(self) -> None:
        class One(Component):
            _name = "one"

        class OneAgain(Component):
            _name = "one"

        self._build_components(One)
        self._assert_refused(OneAgain, "_inherit", "'one'")

    def test_unknown_parent_with_hint(self) -> None:
        class Importer(AbstractComponent):
            _name = "record.importer"

        class Child(Component):
            _name = "child"
            _inherit = "record.importr"

        self._build_components(Importer)
        self._assert_refused(Child, "Did you mean 'record.importer'?")

    def test_concrete_extends_abstract_in_place(self) -> None:
        class Parent(AbstractComponent):
            _name = "parent"

        class Concrete(Component):
            _inherit = "parent"

        self._build_components(Parent)
        self._assert_refused(Concrete, "abstract component 'parent'")

    def test_abstract_inherits_concrete(self) -> None:
        class Concrete(Component):
            _name = "concrete"

        class Abstract(AbstractComponent):
            _name = "abstract"
            _inherit = "concrete"

        self._build_components(Concrete)
        self._assert_refused(Abstract, "concrete component 'concrete'")

    def test_contradictory_order_of_parents(self) -> None:
        class A(AbstractComponent):
            _name = "a"

        class B(AbstractComponent):
            _name = "b"
            _inherit = "a"

        class C(Component):
            _name = "c"
            _inherit = ["a", "b"]

        self._build_components(A, B)
        self._assert_refused(C, "contradicts")
