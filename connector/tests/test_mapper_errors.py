# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo.exceptions import UserError

from odoo.addons.connector.components.mapper import convert, mapping
from odoo.addons.connector.exception import (
    MappingAttributeError,
    MappingError,
    MappingKeyError,
    MappingTypeError,
    MappingValueError,
    RetryableJobError,
)

from .test_mapper import MapperCase, Values


class TestMapperErrors(MapperCase):
    def _fail(self, error: Exception | None = None, result: Any = None) -> Any:
        @mapping
        def street(self: Any, record: Values) -> Values:
            if error:
                raise error
            return result

        mapper = self.mapper({"street": street})
        with self.assertRaises(Exception) as caught:
            mapper.map_record({"id": 12, "password": "s3cret"}).values()
        return caught.exception

    def test_method(self) -> None:
        cases = [
            (KeyError("x"), MappingKeyError),
            (IndexError("x"), MappingKeyError),
            (TypeError("x"), MappingTypeError),
            (ValueError("x"), MappingValueError),
            (ZeroDivisionError("x"), MappingValueError),
            (AttributeError("x"), MappingAttributeError),
        ]
        for error, expected in cases:
            exc = self._fail(error)
            self.assertIs(type(exc), expected)
            self.assertIs(exc.__cause__, error)
            for part in ("'tested.", "method street()", "record with id 12", "x"):
                self.assertIn(part, str(exc))
            self.assertNotIn("s3cret", str(exc))
            self.assertIsInstance(exc, MappingError)

    def test_what_python_code_catches_is_still_caught(self) -> None:
        self.assertIsInstance(self._fail(KeyError("x")), KeyError)
        self.assertIsInstance(self._fail(TypeError("x")), TypeError)
        self.assertIsInstance(self._fail(AttributeError("x")), AttributeError)
        self.assertIsInstance(self._fail(ValueError("x")), ValueError)

    def test_exceptions_with_a_meaning_stay_what_they_are(self) -> None:
        class OwnError(ValueError):
            """Of the connector."""

        for error in (
            UserError("x"),
            RetryableJobError("x", seconds=3),
            OwnError("x"),
        ):
            exc = self._fail(error)
            self.assertIs(exc, error)
            if hasattr(exc, "__notes__"):
                self.assertIn("method street()", exc.__notes__[0])

    def test_method_that_returns_no_dict(self) -> None:
        for result in ([("a", 1)], "text", 3, object()):
            exc = self._fail(result=result)
            self.assertIsInstance(exc, ValueError)
            self.assertIn("street", str(exc))
            self.assertIn(repr(result), str(exc))

    def test_direct(self) -> None:
        mapper = self.mapper({"direct": [(convert("price", float), "credit_limit")]})
        with self.assertRaises(ValueError) as caught:
            mapper.map_record({"id": 7, "price": "12,50"}).values()
        message = str(caught.exception)
        for part in (
            "could not convert string to float: '12,50'",
            "mapper 'tested.",
            "direct 'price' -> 'credit_limit'",
            "record with id 7",
            "value '12,50'",
        ):
            self.assertIn(part, message)

    def test_long_values_are_cut(self) -> None:
        mapper = self.mapper({"direct": [(convert("a", int), "name")]})
        with self.assertRaises(ValueError) as caught:
            mapper.map_record({"id": 7, "a": "x" * 5000}).values()
        self.assertIn("value 'xxx", str(caught.exception))
        self.assertLess(str(caught.exception).count("x"), 5300)

    def test_finalize_that_forgets_to_return(self) -> None:
        mapper = self.mapper({"finalize": lambda self, map_record, values: None})
        with self.assertRaisesRegex(ValueError, "finalize\\(\\) must return a dict"):
            mapper.map_record({"id": 1}).values()

    def test_modifier_without_field(self) -> None:
        mapper = self.mapper({"direct": [(lambda s, r, t: 1, "name")]})
        with self.assertRaisesRegex(ValueError, "must be called 'field'"):
            mapper.map_record({}).values()

    def test_mapper_without_direction(self) -> None:
        mapper = self.mapper({"direct": [("a", "name")]}, parent="base.mapper")
        with self.assertRaises(NotImplementedError):
            mapper.map_record({"a": 1}).values()
