# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Work contexts: what they carry, and the choice among candidates."""

from __future__ import annotations

import pickle
from typing import Any

from odoo.addons.component.core import (
    Component,
    ComponentRegistry,
    WorkContext,
)
from odoo.addons.component.exception import (
    NoComponentError,
    RegistryNotReadyError,
    SeveralComponentError,
)

from .common import TransactionComponentRegistryCase


class TestWorkContext(TransactionComponentRegistryCase):
    def test_attributes(self) -> None:
        work = WorkContext("res.partner", self.collection, client="client")
        self.assertEqual(work.env, self.env)
        self.assertEqual(work.model, self.env["res.partner"])
        self.assertEqual(work.collection, self.collection)
        self.assertEqual(work.client, "client")
        self.assertIs(work.components_registry, self.comp_registry)

    def test_work_on_propagates_attributes_and_class(self) -> None:
        class MyWork(WorkContext):
            pass

        work = MyWork("res.partner", self.collection, client="client")
        other = work.work_on("res.users")
        self.assertIsInstance(other, MyWork)
        self.assertEqual(other.model_name, "res.users")
        self.assertEqual(other.client, "client")
        again = other.work_on(collection=self.env["res.partner"])
        self.assertEqual(again.collection, self.env["res.partner"])
        self.assertEqual(again.model_name, "res.users")

    def test_registry_order_context_then_argument(self) -> None:
        argument = ComponentRegistry()
        work = WorkContext("res.partner", self.collection, components_registry=argument)
        self.assertIs(work.components_registry, self.comp_registry)
        collection = self.collection.with_context(components_registry=None)
        work = WorkContext("res.partner", collection, components_registry=argument)
        self.assertIs(work.components_registry, argument)

    def test_no_registry(self) -> None:
        base = self.env.registry["base"]
        self.patch(base, "_components_registry", None)
        collection = self.collection.with_context(components_registry=None)
        with self.assertRaises(RegistryNotReadyError) as caught:
            WorkContext("res.partner", collection)
        self.assertIn(repr(self.env.cr.dbname), str(caught.exception))


class TestChoice(TransactionComponentRegistryCase):
    def setUp(self) -> None:
        super().setUp()
        self.work = WorkContext("res.partner", self.collection)

    def _build(self, name: str, usage: str = "import", **attributes: Any) -> None:
        """Build a component with these class attributes."""
        attributes.update(__module__=__name__, _name=name, _usage=usage)
        self._build_components(type(Component)(name, (Component,), attributes))

    def _assert_chosen(self, name: str, **lookup: Any) -> None:
        component = self.work.component(usage="import", **lookup)
        self.assertEqual(component._name, name)

    def test_the_only_one(self) -> None:
        self._build("generic")
        self._assert_chosen("generic")
        self.assertIs(self.work.component(usage="import").work, self.work)

    def test_collection_wins_over_model(self) -> None:
        self._build("model", _apply_on="res.partner")
        self._build("collection", _collection="collection.base")
        self._assert_chosen("collection")

    def test_model_wins_over_generic(self) -> None:
        self._build("generic")
        self._build("model", _apply_on="res.partner")
        self._assert_chosen("model")
        self._assert_chosen("generic", model_name="res.lang")

    def test_model_wins_among_those_of_the_collection(self) -> None:
        self._build("collection", _collection="collection.base")
        self._build("both", _collection="collection.base", _apply_on=["res.partner"])
        self._build("model", _apply_on="res.partner")
        self._assert_chosen("both")

    def test_generic_ones_without_the_collection_are_told_by_model(self) -> None:
        self._build("generic")
        self._build("model", _apply_on="res.partner")
        work = WorkContext("res.partner", self.env["res.company"])
        self.assertEqual(work.component(usage="import")._name, "model")

    def test_several(self) -> None:
        self._build("one")
        self._build("two")
        with self.assertRaises(SeveralComponentError) as caught:
            self.work.component(usage="import")
        for word in ("'one'", "'two'", "'import'", "'res.partner'"):
            self.assertIn(word, str(caught.exception))

    def test_none_lists_candidates_and_reasons(self) -> None:
        self._build("users", _apply_on="res.users")
        self._build("company", _collection="res.company")
        with self.assertRaises(NoComponentError) as caught:
            self.work.component(usage="import")
        message = str(caught.exception)
        self.assertIn("'users' (addon 'component'): rejected", message)
        self.assertIn("applies on 'res.users'", message)
        self.assertIn("belongs to collection 'res.company'", message)
        self.assertEqual(
            str(pickle.loads(pickle.dumps(caught.exception))),
            message,
        )

    def test_none_suggests_the_usage(self) -> None:
        self._build("users", usage="record.importer")
        with self.assertRaises(NoComponentError) as caught:
            self.work.component(usage="record.import")
        self.assertIn("Did you mean 'record.importer'?", str(caught.exception))

    def test_many(self) -> None:
        self._build("generic")
        self._build("model", _apply_on="res.partner")
        self._build("users", _apply_on="res.users")
        names = [c._name for c in self.work.many_components(usage="import")]
        self.assertEqual(names, ["generic", "model"])
        self.assertEqual(self.work.many_components(usage="unknown"), [])

    def test_other_model_gets_its_own_context(self) -> None:
        self._build("generic")
        users = self.env["res.users"]
        for component in (
            self.work.component(usage="import", model_name="res.users"),
            self.work.component(usage="import", model_name=users),
            self.work.component_by_name("generic", model_name=users),
            *self.work.many_components(usage="import", model_name="res.users"),
        ):
            self.assertEqual(component.model, users)
            self.assertEqual(component.collection, self.collection)

    def test_component_match_gets_the_lookup(self) -> None:
        seen = []

        def match(
            cls: type,
            work: WorkContext,
            usage: Any = None,
            model_name: Any = None,
            **kw,
        ) -> bool:
            seen.append((work, usage, model_name, kw))
            return kw.get("fast", False)

        self._build("slow")
        self._build(
            "fast", _component_match=classmethod(match), _apply_on="res.partner"
        )
        self._assert_chosen("slow")
        self._assert_chosen("fast", fast=True)
        self._assert_chosen("slow", fast=False)
        self.assertEqual(
            seen,
            [
                (self.work, "import", "res.partner", kw)
                for kw in ({}, {"fast": True}, {"fast": False})
            ],
        )

    def test_component_match_with_the_old_signature(self) -> None:
        self._build("old", _component_match=classmethod(lambda cls, work: True))
        self._assert_chosen("old", extra=1)

    def test_type_error_in_component_match_is_not_hidden(self) -> None:
        def match(cls: type, work: WorkContext, **kw: Any) -> bool:
            raise TypeError("from the body")

        self._build("broken", _component_match=classmethod(match))
        with self.assertRaisesRegex(TypeError, "from the body"):
            self.work.component(usage="import")

    def test_refused_by_component_match(self) -> None:
        match = classmethod(lambda cls, work, **kw: False)
        self._build("shy", _component_match=match)
        with self.assertRaises(NoComponentError) as caught:
            self.work.component(usage="import")
        self.assertIn("_component_match refuses", str(caught.exception))

    def test_by_name(self) -> None:
        self._build("users", _apply_on="res.users")
        self._build("company", _collection="res.company")
        self._build("generic")
        self.assertEqual(self.work.component_by_name("generic")._name, "generic")
        for name, word in (
            ("generics", "Did you mean 'generic'?"),
            ("users", "applies on: res.users"),
            ("company", "'res.company'"),
        ):
            with self.assertRaises(NoComponentError) as caught:
                self.work.component_by_name(name)
            self.assertIn(word, str(caught.exception))

    def test_component_delegates_to_its_work(self) -> None:
        self._build("generic")
        component = self.work.component(usage="import")
        self.assertEqual(component.env, self.env)
        self.assertEqual(component.model, self.env["res.partner"])
        self.assertEqual(component.collection, self.collection)
        self.assertEqual(component.component(usage="import")._name, "generic")
        self.assertEqual(len(component.many_components(usage="import")), 1)
        self.assertEqual(component.component_by_name("generic")._name, "generic")

    def test_components_of_another_test_are_gone(self) -> None:
        # the other tests of this class build components of the same names
        self.assertEqual(list(self.comp_registry), ["base"])
