# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo.addons.connector.exception import InvalidDataError, MappingError

from .common import ConnectorCase


class TestMapChildSync(ConnectorCase):
    def _import(self, *lines: dict[str, Any], **values: Any) -> Any:
        self.memory.put("orders", 1, name="Order", lines=list(lines), **values)
        self.orders.import_record(self.backend, 1, force=True)
        return self.orders.search([("backend_id", "=", self.backend.id)])

    def test_lines_are_updated_and_removed_instead_of_added(self) -> None:
        order = self._import(
            {"id": 1, "name": "a", "qty": 1}, {"id": 2, "name": "b", "qty": 2}
        )
        first, second = order.line_ids
        self.assertEqual(first.origin, "line 1")
        self._import({"id": 2, "name": "b2", "qty": 0}, {"id": 3, "name": "c"})
        self.assertFalse(first.exists())
        self.assertRecordValues(
            order.line_ids,
            [
                {"id": second.id, "external_id": "2", "name": "b2", "quantity": 0},
                {
                    "id": order.line_ids[1].id,
                    "external_id": "3",
                    "name": "c",
                    "quantity": 0,
                },
            ],
        )

    def test_only_create_rules_are_for_new_lines(self) -> None:
        order = self._import({"id": 1, "name": "a"})
        order.line_ids.origin = "by hand"
        self._import({"id": 1, "name": "a2"})
        self.assertEqual(order.line_ids.origin, "by hand")
        self.assertEqual(order.line_ids.name, "a2")

    def test_an_answer_without_lines_removes_none(self) -> None:
        order = self._import({"id": 1, "name": "a"})
        for values in ({"name": "x"}, {"name": "y", "lines": None}):
            self.memory.put("orders", 1, **values)
            self.orders.import_record(self.backend, 1, force=True)
            self.assertEqual(order.name, values["name"])
            self.assertEqual(len(order.line_ids), 1)

    def test_an_empty_list_removes_all(self) -> None:
        order = self._import({"id": 1, "name": "a"})
        self._import()
        self.assertFalse(order.line_ids)

    def test_known_lines_may_be_left_as_they_are(self) -> None:
        order = self._import({"id": 1, "name": "a"})
        cls = self._components_registry["test.order.line.map.child"]
        self.patch(cls, "_known_lines", "keep")
        self._import({"id": 1, "name": "a2"}, {"id": 2, "name": "b"})
        self.assertEqual(order.line_ids.mapped("name"), ["a", "b"])

    def test_lines_may_be_kept(self) -> None:
        order = self._import({"id": 1, "name": "a"})
        self.patch(
            self._components_registry["test.order.line.map.child"],
            "_missing_lines",
            "keep",
        )
        self._import({"id": 2, "name": "b"})
        self.assertEqual(order.line_ids.mapped("external_id"), ["1", "2"])

    def test_twice_the_same_line(self) -> None:
        with self.assertRaisesRegex(InvalidDataError, "same external_id"):
            self._import({"id": 1}, {"id": 1})

    def test_key_that_is_not_mapped(self) -> None:
        self.patch(
            self._components_registry["test.order.line.map.child"],
            "_key_fields",
            ("code",),
        )
        with self.assertRaisesRegex(InvalidDataError, "does not map code"):
            self._import({"id": 1})

    def test_error_in_a_line_names_line_and_order(self) -> None:
        mapper = self._components_registry["test.order.line.import.mapper"]

        def origin(mapper: Any, record: dict[str, Any]) -> dict[str, Any]:
            return {"origin": record["nowhere"]}

        self.patch(mapper, "origin", origin)
        with self.assertRaises(MappingError) as caught:
            self._import({"id": 31})
        self.assertIsInstance(caught.exception, KeyError)
        message = str(caught.exception)
        self.assertIn("method origin(), record with id 31", message)
        self.assertIn("children 'lines' -> 'line_ids', record with id 1", message)
