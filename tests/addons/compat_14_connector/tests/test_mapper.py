# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.addons.connector.components.mapper import MapOptions, MapRecord
from odoo.addons.connector.exception import MappingError

from .common import BazaarCase


class TestImportMapper(BazaarCase):
    def setUp(self):
        super().setUp()
        self.category = self.quiet("bazaar.category", name="Books", bazaar_ref="1")
        self.source = self.market.table("sellers")["7"]

    def values(self, source=None, **options):
        with self.working() as work:
            mapper = work.component(usage="import.mapper")
            return mapper.map_record(source or self.source).values(**options)

    def test_create(self):
        values = self.values(for_create=True, tag="t")
        self.assertEqual(values["name"], "Ada & sons")
        self.assertEqual(values["vat"], "BE0477472701")
        self.assertEqual(values["rating"], 4)
        self.assertEqual(values["fee"], 0.0)
        self.assertIsNot(values["fee"], False)
        self.assertEqual(str(values["since"]), "2020-02-02")
        self.assertEqual(values["bazaar_category_id"], self.category.id)
        self.assertEqual(values["category_main_id"], self.category.odoo_id.id)
        self.assertEqual(values["backend_id"], self.backend.id)
        self.assertEqual(values["comment"], "Imported as 7")
        self.assertEqual(values["ref"], "t-7")
        self.assertEqual(
            values["child_ids"],
            [(0, 0, {"name": "Ada", "email": "ada@x.test", "function": "CEO"})],
        )

    def test_update(self):
        values = self.values()
        for name in ("backend_id", "comment", "ref"):
            self.assertNotIn(name, values)

    def test_missing(self):
        values = self.values({"ref": "8", "name": "", "fee": None})
        self.assertIs(values["name"], False)
        self.assertIs(values["vat"], False)
        self.assertIs(values["rating"], False)
        self.assertIs(values["category_main_id"], False)
        self.assertNotIn("child_ids", values)

    def test_errors(self):
        with self.assertRaises(MappingError):
            self.values({**self.source, "category": "99"})
        with self.assertRaises(MappingError):
            self.values({**self.source, "strange": True}, for_create=True)

    def test_map_record(self):
        with self.working() as work:
            mapper = work.component(usage="import.mapper")
            record = mapper.map_record(self.source)
            self.assertIsInstance(record, MapRecord)
            self.assertIs(record.source, self.source)
            self.assertIsNone(record.parent)
            record.update({"name": "Forced"}, rating=1)
            values = record.values(for_create=True)
            self.assertEqual((values["name"], values["rating"]), ("Forced", 1))

    def test_definitions(self):
        with self.working() as work:
            mapper = work.component(usage="import.mapper")
            self.assertEqual(
                mapper._direct_source_field_name(mapper.direct[1][0]), "vat"
            )
            self.assertEqual(mapper._direct_source_field_name("name"), "name")
            self.assertTrue(mapper._map_methods["comment"].only_create)
            self.assertIn("vat", mapper.changed_by_fields())
            names = {method.__name__ for method, _definition in mapper.map_methods}
            self.assertLessEqual({"comment", "backend_id", "is_company"}, names)
            with mapper._mapping_options(MapOptions(tag="x")):
                self.assertEqual(mapper.options.tag, "x")
                self.assertIsNone(mapper.options.unknown)
            child = mapper._get_map_child_component("res.partner")
            self.assertEqual(child._name, "bazaar.contact.map.child")


class TestExportMapper(BazaarCase):
    def setUp(self):
        super().setUp()
        self.category = self.quiet("bazaar.category", name="Books", bazaar_ref="1")
        self.seller = self.quiet(
            "bazaar.seller",
            name="Ada",
            street="main street",
            city="town",
            country_id=self.env.ref("base.be").id,
            bazaar_category_id=self.category.id,
            category_main_id=self.category.odoo_id.id,
            child_ids=[
                (0, 0, {"name": "Bob", "email": "bob@x.test"}),
                (0, 0, {"name": "Mute"}),
            ],
        )

    def values(self, **options):
        with self.working() as work:
            mapper = work.component(usage="export.mapper")
            return mapper.map_record(self.seller).values(**options)

    def test_create(self):
        self.assertEqual(
            self.values(for_create=True),
            {
                "name": "Ada",
                "vat": None,
                "rating": 0,
                "category_ref": "1",
                "category": "1",
                "country": "BE",
                "address": "Main Street Town",
                "created_by": "odoo",
                "contacts": [{"label": "Bob", "mail": "bob@x.test"}],
            },
        )

    def test_fields(self):
        self.assertEqual(self.values(fields=["name"]), {"name": "Ada"})
        self.assertEqual(self.values(fields=["city"]), {"address": "Main Street Town"})
        self.assertEqual(list(self.values(fields=["child_ids"])), ["contacts"])
        self.assertEqual(self.values(fields=["zip"]), {})
        for field in ("zip", "state_id"):
            self.assertEqual(
                self.values(fields=[field], for_create=True), {"created_by": "odoo"}
            )

    def test_changed_by(self):
        with self.working() as work:
            mapper = work.component(usage="export.mapper")
            self.assertEqual(
                mapper._map_methods["address"].changed_by, {"street", "city"}
            )
            self.assertEqual(
                mapper._map_methods["created"].changed_by, {"zip", "state_id"}
            )
            self.assertLessEqual({"name", "vat", "street"}, mapper.changed_by_fields())

    def test_not_exported(self):
        self.category.with_context(connector_no_export=True).bazaar_ref = False
        with self.assertRaises(MappingError):
            self.values()
