# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Records of backends that are not what their documentation says."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.connector.components.mapper import convert, mapping, none, only_create
from odoo.addons.connector.exception import MappingError
from odoo.addons.queue_job.tests.fuzz import examples

from .test_mapper import MapperCase, Values

_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.just(10**400)
    | st.floats()
    | st.text(max_size=20)
    | st.just("x" * 100_000)
    | st.binary(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
    ),
    max_leaves=6,
)
_FIELDS = ("id", "name", "price", "rate", "city", "street", "lines", "tags")
_records = st.dictionaries(st.sampled_from(_FIELDS) | st.text(), _values)


@mapping
def _street(self: Any, record: Values) -> Values:
    return {"street": f"{record['street'].strip()} {record['lines'][0]['number'] + 1}"}


@only_create
@mapping
def _comment(self: Any, record: Values) -> Values:
    return {"comment": ", ".join(record["tags"])}


class TestMapperFuzz(MapperCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.strict = None

    def _mapper(self) -> Any:
        if self.strict is None:
            type(self).strict = self.mapper(
                {
                    "direct": [
                        ("name", "name"),
                        (convert("price", float), "partner_latitude"),
                        (convert("rate", Decimal), "partner_longitude"),
                        (none(convert("city", str)), "city"),
                    ],
                    "street": _street,
                    "comment": _comment,
                }
            )
        return self.strict

    @examples(150)
    @given(_records | _values, st.booleans())
    def test_a_record_is_mapped_or_the_error_says_where(
        self, record: Any, for_create: bool
    ) -> None:
        mapper = self._mapper()
        try:
            values = mapper.map_record(record).values(for_create=for_create)
        except MappingError as error:
            self.assertIn(mapper._name, str(error))
            self.assertRegex(str(error), "direct '|method |mapping")
            self.assertLess(len(str(error)), 2000)
            return
        targets = {"name", "partner_latitude", "partner_longitude", "city", "street"}
        self.assertEqual(set(values), targets | ({"comment"} if for_create else set()))

    def test_a_record_that_is_too_deep_is_told_as_well(self) -> None:
        deep: Any = "x"
        for _level in range(5000):
            deep = [deep]
        for field in ("price", "rate", "street", "lines"):
            record = {"id": 7, "name": "n", "street": "s", field: deep}
            with self.subTest(field), self.assertRaisesRegex(MappingError, "id 7"):
                self._mapper().map_record(record).values()
