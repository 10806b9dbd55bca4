# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import itertools
from typing import Any

from odoo.addons.component.core import Component, WorkContext
from odoo.addons.component.exception import NoComponentError
from odoo.addons.component.tests.common import TransactionComponentRegistryCase
from odoo.addons.connector.components.mapper import (
    MapOptions,
    MapRecord,
    changed_by,
    convert,
    mapping,
    none,
    only_create,
)

Values = dict[str, Any]


class MapperCase(TransactionComponentRegistryCase):
    numbers = itertools.count(1)

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        for addon in ("component_event", "connector"):
            cls.comp_registry.load_components(addon)

    def mapper(
        self, attributes: Values, parent: str = "base.import.mapper", **kwargs: Any
    ) -> Any:
        """Return an instance of a mapper with these attributes."""
        name = f"tested.{next(self.numbers)}"
        values = {"__module__": __name__, "_name": name, "_inherit": parent}
        cls = type("Tested", (Component,), {**values, **attributes, **kwargs})
        self._build_components(cls)
        work = WorkContext("res.partner", collection=self.collection)
        return self.comp_registry[name](work)


class TestMapper(MapperCase):
    def test_order(self) -> None:
        steps: list[str] = []

        class Order:
            direct = [("a", "name")]

            @mapping
            def method(self, record: Values) -> Values:
                steps.append("method")
                return {"name": record["a"] + "m", "street": "m"}

            def finalize(self, map_record: MapRecord, values: Values) -> Values:
                steps.append(values["name"])
                return {**values, "name": values["name"] + "f", "city": "f"}

        mapper = self.mapper({k: v for k, v in vars(Order).items() if k[:2] != "__"})
        record = mapper.map_record({"a": "d"})
        record.update({"city": "forced"}, zip="forced")
        self.assertEqual(
            record.values(),
            {"name": "dmf", "street": "m", "city": "forced", "zip": "forced"},
        )
        self.assertEqual(steps, ["method", "dm"])

    def test_only_create(self) -> None:
        @only_create
        @mapping
        def method(self: Any, record: Values) -> Values:
            return {"city": "c"}

        mapper = self.mapper({"method": method, "direct": [("a", "name")]})
        record = mapper.map_record({"a": "x"})
        self.assertEqual(record.values(), {"name": "x"})
        self.assertEqual(record.values(for_create=False), {"name": "x"})
        self.assertEqual(record.values(for_create=True), {"name": "x", "city": "c"})

    def test_fields(self) -> None:
        @changed_by("b", "c")
        @mapping
        def method(self: Any, record: Values) -> Values:
            return {"city": "c"}

        @mapping
        def always(self: Any, record: Values) -> Values:
            return {"zip": "z"}

        direct = [("a", "name"), (none(convert("b", str)), "street")]
        mapper = self.mapper({"method": method, "always": always, "direct": direct})
        record = mapper.map_record({"a": "a", "b": "b"})
        for fields, names in (
            (None, {"name", "street", "city", "zip"}),
            ([], {"name", "street", "city", "zip"}),
            (["a"], {"name", "zip"}),
            (["b"], {"street", "city", "zip"}),
            ({"c"}, {"city", "zip"}),
            (("x",), {"zip"}),
        ):
            self.assertEqual(set(record.values(fields=fields)), names, fields)
        self.assertEqual(mapper.changed_by_fields(), {"a", "b", "c"})

    def test_options(self) -> None:
        @mapping
        def method(self: Any, record: Values) -> Values:
            return {
                "name": self.options.custom,
                "city": self.options["custom"],
                "zip": self.options.unknown,
            }

        mapper = self.mapper({"method": method})
        values = mapper.map_record({}).values(custom="c")
        self.assertEqual(values, {"name": "c", "city": "c", "zip": None})
        self.assertIsNone(mapper.options)

    def test_options_are_restored_after_an_error(self) -> None:
        @mapping
        def method(self: Any, record: Values) -> Values:
            raise KeyError("x")

        mapper = self.mapper({"method": method})
        with self.assertRaises(KeyError):
            mapper.map_record({}).values(custom="c")
        self.assertIsNone(mapper.options)
        outer = MapOptions(a=1)
        with self.assertRaises(ZeroDivisionError), mapper._mapping_options(outer):
            with mapper._mapping_options(MapOptions(a=2)):
                self.assertEqual(mapper.options.a, 2)
            self.assertEqual(mapper.options.a, 1)
            raise ZeroDivisionError
        self.assertIsNone(mapper.options)

    def test_map_methods(self) -> None:
        @mapping
        def method(self: Any, record: Values) -> Values:
            return {"name": record}

        mapper = self.mapper({"method": method})
        [(bound, definition)] = mapper.map_methods
        self.assertEqual(bound("x"), {"name": "x"})
        self.assertEqual(definition, (set(), False))

    def test_direct_may_be_a_property(self) -> None:
        rules = [[("a", "name")], [("b", "name")]]
        mapper = self.mapper({"direct": property(lambda self: list(rules[0]))})
        record = mapper.map_record({"a": "a", "b": "b"})
        self.assertEqual(record.values(), {"name": "a"})
        rules.pop(0)
        self.assertEqual(record.values(), {"name": "b"})

    def test_map_direct_may_be_overridden(self) -> None:
        base = self.comp_registry["base.import.mapper"]

        def _map_direct(self: Any, record: Values, source: Any, target: str) -> Any:
            value = base._map_direct(self, record, source, target)
            return f"{target}={value}"

        direct = [("a", "name"), (convert("b", int), "street")]
        mapper = self.mapper({"_map_direct": _map_direct, "direct": direct})
        values = mapper.map_record({"a": "x", "b": "3"}).values()
        self.assertEqual(values, {"name": "name=x", "street": "street=3"})

    def test_mapper_of_another_direction(self) -> None:
        def upper(self: Any, record: Values, source: Any, target: str) -> str:
            value = source(self, record, target) if callable(source) else record[source]
            return f"{value}".upper()

        direct = [("name", "a"), (none("zip"), "b"), (convert("color", int), "c")]
        mapper = self.mapper({"direct": direct, "_map_direct": upper}, "base.mapper")
        source = {"name": "ada", "zip": "x1", "color": "3"}
        values = mapper.map_record(source).values()
        self.assertEqual(values, {"a": "ADA", "b": "X1", "c": "3"})
        with self.assertRaises(NotImplementedError):
            self.mapper({"direct": direct}, "base.mapper").map_record(source).values()

    def test_target_that_is_no_field(self) -> None:
        mapper = self.mapper({"direct": [("a", "out_name"), ("b", "out_b")]})
        values = mapper.map_record({"a": "x"}).values()
        self.assertEqual(values, {"out_name": "x", "out_b": False})

    def test_falsy_result_of_a_method(self) -> None:
        results: list[Any] = [None, False, {}, [], ""]
        mapper = self.mapper({"method": mapping(lambda self, record: results[0])})
        while results:
            self.assertEqual(mapper.map_record({}).values(), {})
            results.pop(0)

    def test_options_of_a_map_are_a_dict(self) -> None:
        options = MapOptions({"a": 1}, for_create=True)
        self.assertEqual((options.a, options["a"], options.for_create), (1, 1, True))
        self.assertIsNone(options.nothing)
        self.assertIsNone(options["nothing"])
        options.b = 2
        self.assertEqual(dict(options), {"a": 1, "for_create": True, "b": 2})


class TestChildren(MapperCase):
    def _child(self, parent: str = "base.import.mapper", usage: str = "") -> None:
        class Child(Component):
            _name = "child"
            _inherit = parent
            _apply_on = "res.partner.bank"
            direct = [("number", "acc_number")]

            @only_create
            @mapping
            def city(self, record: Values) -> Values:
                return {"city": self.options.city}

        self._build_components(Child)

    def _mapper(self, **kwargs: Any) -> Any:
        children = [("banks", "bank_ids", "res.partner.bank")]
        return self.mapper({"children": children, "direct": [("a", "name")]}, **kwargs)

    SOURCE = {"a": "x", "banks": [{"number": "1"}, {"number": "2"}]}

    def test_import_gives_commands(self) -> None:
        self._child()
        values = self._mapper().map_record(self.SOURCE).values()
        self.assertEqual(
            values["bank_ids"], [(0, 0, {"acc_number": n}) for n in ("1", "2")]
        )

    def test_options_reach_the_children(self) -> None:
        self._child()
        record = self._mapper().map_record(self.SOURCE)
        values = record.values(for_create=True, city="c")
        self.assertEqual(values["bank_ids"][0][2], {"acc_number": "1", "city": "c"})

    def test_fields_select_children_as_a_whole(self) -> None:
        self._child()
        record = self._mapper().map_record(self.SOURCE)
        self.assertEqual(set(record.values(fields=["a"])), {"name"})
        values = record.values(fields=["banks"])
        self.assertEqual(set(values), {"bank_ids"})
        self.assertEqual(values["bank_ids"][0], (0, 0, {"acc_number": "1"}))

    def test_export_gives_dicts(self) -> None:
        self._child("base.export.mapper")
        mapper = self._mapper(parent="base.export.mapper")
        self.assertEqual(
            mapper.map_record({**self.SOURCE, "name": "x"}).values()["bank_ids"],
            [{"acc_number": "1"}, {"acc_number": "2"}],
        )

    def test_own_map_child(self) -> None:  # pylint: disable=missing-return
        self._child()
        parents: list[MapRecord] = []

        class OwnMapChild(Component):
            _name = "own.map.child"
            _inherit = "base.map.child.import"
            _apply_on = "res.partner.bank"

            def skip_item(self, map_record: MapRecord) -> bool:
                parents.append(map_record.parent)
                return map_record.source["number"] == "1"

            def get_item_values(
                self, map_record: MapRecord, to_attr: str, options: MapOptions
            ) -> Values:
                values = super().get_item_values(map_record, to_attr, options)
                return {**values, "sequence": 9} if values["acc_number"] != "3" else {}

            def format_items(self, items_values: list[Values]) -> list[Any]:
                return [(5,), *super().format_items(items_values)]

        self._build_components(OwnMapChild)
        source = {"a": "x", "banks": [{"number": n} for n in "123"]}
        record = self._mapper().map_record(source)
        self.assertEqual(
            record.values()["bank_ids"],
            [(5,), (0, 0, {"acc_number": "2", "sequence": 9})],
        )
        self.assertEqual(parents, [record] * 3)

    def test_fallback(self) -> None:
        self._child()
        mapper = self._mapper(_map_child_usage="nothing.has.this")
        values = mapper.map_record(self.SOURCE).values()
        self.assertEqual(len(values["bank_ids"]), 2)
        mapper._map_child_fallback = None
        with self.assertRaises(NoComponentError):
            mapper.map_record(self.SOURCE).values()

    def test_children_the_source_does_not_tell(self) -> None:
        self._child()
        mapper = self._mapper()
        self.assertNotIn("bank_ids", mapper.map_record({"a": "x"}).values())
        self.assertEqual(mapper.map_record({"banks": []}).values()["bank_ids"], [])
