# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo.addons.component.core import Component
from odoo.addons.connector.components.mapper import (
    convert,
    external_to_m2o,
    follow_m2o_relations,
    m2o_to_external,
    none,
)
from odoo.addons.connector.exception import MappingError

from .common import ConnectorCase


class TestMapperOnRecords(ConnectorCase):
    def _mapper(self, parent: str, model: str, **attributes: Any) -> Any:
        """Return a mapper of that direction with these attributes."""
        registry = self._components_registry
        name = f"test.mapper.{self._testMethodName}"
        cls = type(
            "TestedMapper",
            (Component,),
            {
                "__module__": __name__,
                "_name": name,
                "_inherit": parent,
                "_usage": "tested.mapper",
                "_collection": "test.backend",
                **attributes,
            },
        )
        self.addCleanup(registry._components.pop, name)
        cls._build_component(registry)
        context = self.work_on(model)
        self.addCleanup(context.__exit__, None, None, None)
        return context.__enter__().component_by_name(name)

    def _import(self, record: dict[str, Any], *direct: Any) -> dict[str, Any]:
        mapper = self._mapper(
            "base.import.mapper", "test.item.binding", direct=list(direct)
        )
        return mapper.map_record(record).values()

    def _export(self, record: Any, *direct: Any) -> dict[str, Any]:
        mapper = self._mapper("base.export.mapper", record._name, direct=list(direct))
        return mapper.map_record(record).values()

    # Import

    def test_zero_stays_a_number(self) -> None:
        record = {"a": 0, "b": 0.0, "c": 0, "d": None, "e": ""}
        values = self._import(
            record,
            ("a", "quantity"),
            ("b", "price"),
            ("c", "name"),
            ("d", "note"),
            ("e", "code"),
        )
        self.assertIs(values["quantity"], 0)
        self.assertEqual(values["price"], 0.0)
        self.assertIsNot(values["price"], False)
        for name in ("name", "note", "code"):
            self.assertIs(values[name], False)

    def test_lack_of_a_number_is_not_zero(self) -> None:
        values = self._import(
            {"a": None, "b": False}, ("a", "quantity"), ("b", "price")
        )
        self.assertIs(values["quantity"], False)
        self.assertIs(values["price"], False)

    def test_zero_through_modifiers(self) -> None:
        record = {"a": 0, "b": "0", "c": 0, "d": None, "e": 0}
        values = self._import(
            record,
            (convert("a", float), "price"),
            (convert("b", int), "quantity"),
            (none(convert("c", str)), "code"),
            (none(convert("d", int)), "quantity2"),
            (none("e"), "price2"),
        )
        self.assertEqual(values["price"], 0.0)
        self.assertIsNot(values["price"], False)
        self.assertIs(values["quantity"], 0)
        self.assertIsNone(values["code"])
        self.assertIsNone(values["quantity2"])
        self.assertIsNone(values["price2"], "not a number of the model")

    def test_many2one_of_a_direct_binding(self) -> None:
        group = self.groups.create({"backend_id": self.backend.id, "external_id": "g"})
        values = self._import({"a": "g", "b": None}, ("a", "group_id"))
        self.assertEqual(values, {"group_id": group.id})

    def test_many2one_of_a_wrapped_record(self) -> None:
        binding = self.items.create({"backend_id": self.backend.id, "external_id": "i"})
        values = self._import(
            {"a": "i"}, (external_to_m2o("a", binding="test.item.binding"), "odoo_id")
        )
        self.assertEqual(values, {"odoo_id": binding.odoo_id.id})

    def test_external_to_m2o_wants_a_many2one(self) -> None:
        with self.assertRaisesRegex(ValueError, "'name' of test.item.binding is not"):
            self._import({"a": "i"}, (external_to_m2o("a"), "name"))

    # Export

    def _item(self, **values: Any) -> Any:
        return self.items.create({"backend_id": self.backend.id, **values})

    def test_export_values(self) -> None:
        item = self._item(name="N", quantity=0, price=0.0, enabled=False)
        values = self._export(
            item,
            ("name", "n"),
            ("code", "c"),
            ("quantity", "q"),
            ("price", "p"),
            ("enabled", "e"),
        )
        self.assertEqual(values, {"n": "N", "c": False, "q": 0, "p": 0.0, "e": False})
        self.assertIsNot(values["q"], False)
        self.assertIsNot(values["p"], False)

    def test_export_many2one(self) -> None:
        group = self.groups.create({"backend_id": self.backend.id, "external_id": "0"})
        item = self._item(group_id=group.id)
        self.assertEqual(self._export(item, ("group_id", "g")), {"g": "0"})

    def test_export_many2one_without_id(self) -> None:
        group = self.groups.create({"backend_id": self.backend.id})
        with self.assertRaisesRegex(MappingError, "No external id for test.group"):
            self._export(self._item(group_id=group.id), ("group_id", "g"))

    def test_m2o_to_external(self) -> None:
        item = self._item(external_id="i")
        values = self._export(
            item,
            (m2o_to_external("odoo_id", binding="test.item.binding"), "item"),
            (m2o_to_external("group_id"), "group"),
        )
        self.assertEqual(values, {"item": "i", "group": False})

    def test_m2o_to_external_wants_a_many2one(self) -> None:
        with self.assertRaisesRegex(
            ValueError, "'name' of test.item.binding is a char"
        ):
            self._export(self._item(name="x"), (m2o_to_external("name"), "n"))

    def test_follow_relations(self) -> None:
        parent = self.groups.create({"name": "P", "backend_id": self.backend.id})
        group = self.groups.create({"name": "G", "parent_id": parent.id})
        item = self._item(group_id=group.id)
        entry = (follow_m2o_relations("group_id.parent_id.name"), "parent")
        self.assertEqual(self._export(item, entry), {"parent": "P"})
        mapper = self._components_registry[f"test.mapper.{self._testMethodName}"]
        with self.work_on("test.item.binding") as work:
            self.assertEqual(mapper(work).changed_by_fields(), {"group_id"})
            record = mapper(work).map_record(item)
            self.assertEqual(record.values(fields=["group_id"]), {"parent": "P"})
            self.assertEqual(record.values(fields=["name"]), {})
