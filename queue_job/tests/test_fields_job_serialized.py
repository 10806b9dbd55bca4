# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What arguments of jobs may be, and how they are stored."""

from __future__ import annotations

import dataclasses
import enum
import json
import uuid
from collections import OrderedDict, defaultdict, namedtuple
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from lxml import etree
from markupsafe import Markup

from odoo import models
from odoo.tests.common import BaseCase, TransactionCase
from odoo.tools import lazy

from .. import fields as job_fields
from ..core import codec
from ..core.codec import DecodeError, EncodeError
from ..exception import NotReadableJobError, NotSerializableJobError
from ..fields import EncodedJson, JobDecoder, JobEncoder, JobSerialized, encode_json

Point = namedtuple("Point", "x y")


class Color(enum.Enum):
    RED = 1


class Level(enum.StrEnum):
    HIGH = "high"


@dataclasses.dataclass(frozen=True)
class Price:
    amount: Decimal
    path: tuple[Any, ...] = ()
    doubled: Decimal = dataclasses.field(init=False, default=Decimal(0))


@dataclasses.dataclass
class Mutable:
    x: int = 0


class Temperature:
    def __init__(self, degrees: int) -> None:
        self.degrees = degrees


def roundtrip(value: Any, env: Any = None) -> Any:
    return codec.decode(json.loads(json.dumps(codec.encode(value))), env)


class TestCodec(BaseCase):
    def test_values_come_back(self) -> None:
        for value in (
            None,
            True,
            1,
            1.5,
            "é\N{GRINNING FACE}",
            [1, [2, {"a": None}]],
            {"a": {"b": []}},
            datetime(2026, 1, 2, 3, 4, 5, 6),
            datetime(2026, 1, 2, tzinfo=UTC),
            date(2026, 1, 2),
            time(3, 4),
            timedelta(days=-1, microseconds=5),
            Decimal("1.10"),
            uuid.UUID(int=5),
            b"\x00\xff",
            {1, "a", (2, 3)},
            frozenset({(1, (2,))}),
            Color.RED,
            Level.HIGH,
            Price(Decimal("2.5"), ("a", ("b",))),
            {"deep": [{"x": {Color.RED: 1}.popitem()[1]}, b"1", {Decimal(3)}]},
        ):
            with self.subTest(value=value):
                result = roundtrip(value)
                self.assertEqual(result, value)
                self.assertIs(type(result), type(value))

    def test_values_come_back_as_plainer_ones(self) -> None:
        for value, expected in (
            ((1, (2,)), [1, [2]]),
            (Point(1, 2), [1, 2]),
            ({1: "a", None: 2, False: 3}, {"1": "a", "null": 2, "false": 3}),
            (defaultdict(list, a=[1]), {"a": [1]}),
            (OrderedDict(a=1), {"a": 1}),
            (Markup("<b>"), "<b>"),
            (lazy(lambda: (1, 2)), [1, 2]),
            ([lazy(lambda: Decimal(1))], [Decimal(1)]),
        ):
            with self.subTest(value=value):
                result = roundtrip(value)
                self.assertEqual(result, expected)
                self.assertIs(type(result), type(expected))

    def test_dict_of_the_caller_is_never_taken_for_ours(self) -> None:
        for value in (
            {"_type": "odoo_recordset", "model": "res.users", "ids": [1], "su": True},
            {"_type": "queue_job:bytes", "value": "AA=="},
            {"_type": "queue_job:dict", "value": [["_type", 1]]},
            {"_type": None, "x": {"_type": {"_type": "date_isoformat"}}},
        ):
            with self.subTest(value=value):
                self.assertEqual(roundtrip(value), value)
                text = json.dumps(value, cls=JobEncoder)
                self.assertEqual(json.loads(text, cls=JobDecoder, env=None), value)

    def test_what_cannot_be_stored_is_named(self) -> None:
        for value, message in (
            ([1, {"a": object()}], r"\[1\]\['a'\]: <object object .* builtins\.object"),
            ({"a": Mutable()}, r"mutable dataclass.*frozen=True"),
            (float("nan"), "no JSON number"),
            ({(1, 2): 3}, r"the dict key \(1, 2\) is a tuple"),
            ({1: "a", "1": "b"}, "same JSON key '1'"),
            (lambda: None, "cannot be stored"),
            (Temperature(3), "register a codec"),
        ):
            with (
                self.subTest(message=message),
                self.assertRaisesRegex(EncodeError, message),
            ):
                codec.encode(value)
        self.assertTrue(issubclass(EncodeError, TypeError))

    def test_local_class_is_refused(self) -> None:
        class Local(enum.Enum):
            A = 1

        with self.assertRaisesRegex(EncodeError, "inside a function"):
            codec.encode(Local.A)

    def test_text_that_postgresql_cannot_store_is_refused(self) -> None:
        for value, message in (
            (["a\0b"], "NUL"),
            ({"a\0": 1}, "NUL"),
            ("\ud800", "valid Unicode"),
        ):
            with (
                self.subTest(message=message),
                self.assertRaisesRegex(EncodeError, message),
            ):
                encode_json(value)
        # The six characters backslash u 0 0 0 0 are text like any other.
        self.assertEqual(encode_json("\\u0000").text, '"\\\\u0000"')

    def test_size_is_capped(self) -> None:
        self.patch(job_fields, "MAX_SIZE", 10)
        with self.assertRaisesRegex(EncodeError, "attachment"):
            encode_json("x" * 10)

    def test_codec_of_another_addon(self) -> None:
        codec.register_value_codec(
            Temperature, "test:temperature", lambda t: t.degrees, Temperature
        )
        self.addCleanup(codec._codecs.pop, Temperature)
        self.addCleanup(codec._codecs_by_tag.pop, "test:temperature")
        self.addCleanup(codec._codec_of_type.clear)
        self.assertEqual(roundtrip([Temperature(7)])[0].degrees, 7)
        with self.assertRaisesRegex(ValueError, "belongs to another type"):
            codec.register_value_codec(Mutable, "test:temperature", vars, Mutable)

    def test_decoding_imports_nothing_and_instantiates_no_other_class(self) -> None:
        for obj in (
            {"_type": "queue_job:enum", "class": "antigravity:X", "value": "A"},
            {"_type": "queue_job:enum", "class": "os:system", "value": "ls"},
            {"_type": "queue_job:dataclass", "class": "subprocess:Popen", "value": {}},
            {
                "_type": "queue_job:dataclass",
                "class": f"{__name__}:Mutable",
                "value": {"x": 1},
            },
            {"_type": "nobody:knows"},
            {"_type": "queue_job:decimal", "value": "x"},
            {"_type": "queue_job:bytes"},
        ):
            with self.subTest(obj=obj), self.assertRaises(DecodeError):
                codec.decode(obj)

    def test_xml_element(self) -> None:
        element = etree.fromstring("<a b='1'><c>é</c></a>")
        encoded = codec.encode(element)
        self.assertEqual(encoded["_type"], "etree_element")
        self.assertEqual(etree.tostring(roundtrip(element)), etree.tostring(element))

    def test_xml_entities_are_not_read(self) -> None:
        text = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
        element = codec.decode({"_type": "etree_element", "value": text})
        self.assertNotIn(b"root:", etree.tostring(element))


class TestRecordsets(TransactionCase):
    def test_stored_form(self) -> None:
        user = self.env.ref("base.user_admin")
        partners = user.partner_id.with_user(user).with_context(
            lang="en_US", active_test=False, secret="x"
        )
        self.assertEqual(
            codec.encode(partners),
            {
                "_type": "odoo_recordset",
                "model": "res.partner",
                "ids": partners.ids,
                "uid": user.id,
                "su": False,
                "context": {"lang": "en_US", "active_test": False},
            },
        )

    def test_records_come_back_with_user_mode_and_context(self) -> None:
        admin = self.env.ref("base.user_admin")
        for records in (
            admin.partner_id.with_user(admin).with_context(active_test=False),
            admin.partner_id.with_user(admin).sudo(),
            self.env["res.partner"].with_user(admin),
        ):
            result = roundtrip({"a": [records]}, self.env)["a"][0]
            self.assertEqual(result, records)
            self.assertEqual(result.env.uid, admin.id)
            self.assertEqual(result.env.su, records.env.su)
            self.assertEqual(
                result.env.context.get("active_test"),
                records.env.context.get("active_test"),
            )

    def test_rows_of_older_versions(self) -> None:
        obj = {"_type": "odoo_recordset", "model": "res.partner", "ids": [1], "uid": 2}
        records = json.loads(json.dumps(obj), cls=JobDecoder, env=self.env)
        self.assertEqual(records, self.env["res.partner"].browse(1))
        self.assertEqual(records.env.uid, 2)
        self.assertFalse(records.env.su)

    def test_deleted_records_keep_their_ids(self) -> None:
        partner = self.env["res.partner"].create({"name": "gone"})
        encoded = codec.encode(partner)
        partner.unlink()
        self.assertEqual(codec.decode(encoded, self.env).ids, encoded["ids"])

    def test_new_record_is_refused(self) -> None:
        with self.assertRaisesRegex(EncodeError, "not saved"):
            codec.encode(self.env["res.partner"].new({"name": "x"}))

    def test_unknown_model(self) -> None:
        obj = {"_type": "odoo_recordset", "model": "no.model", "ids": [1]}
        with self.assertRaisesRegex(DecodeError, "no.model is not installed"):
            codec.decode(obj, self.env)

    def test_json_classes(self) -> None:
        value = {"p": self.env.user.partner_id, "d": [date(2026, 1, 1), (1, 2)]}
        text = json.dumps(value, cls=JobEncoder)
        result = json.loads(text, cls=JobDecoder, env=self.env)
        self.assertEqual(result, {**value, "d": [date(2026, 1, 1), [1, 2]]})


class TestJobSerialized(TransactionCase):
    def setUp(self) -> None:
        super().setUp()
        Job = self.env["queue.job"]
        self.editable = Job.with_context(_job_edit_sentinel=Job.EDIT_SENTINEL)
        self.record = self.editable.create(
            {
                "uuid": str(uuid.uuid4()),
                "model_name": "res.partner",
                "method_name": "write",
                "state": "cancelled",
                "records": self.env.user.partner_id,
                "args": (1, Decimal("1.5")),
                "kwargs": {"when": date(2026, 1, 1)},
            }
        )

    def test_base_type_is_checked(self) -> None:
        for base_type in (str, None, Decimal):
            field = JobSerialized(base_type=base_type)
            with self.assertRaisesRegex(ValueError, "base_type must be one of"):
                field._setup_attrs__(type(self.env["res.partner"]), "x_field")

    def test_column_and_type(self) -> None:
        field = self.env["queue.job"]._fields["args"]
        self.assertEqual(field.type, "job_serialized")
        self.assertEqual(field.column_type, ("jsonb", "jsonb"))
        found = self.env["ir.model.fields"]._get("queue.job", "args")
        self.assertEqual(found.ttype, "job_serialized")
        [description] = found.fields_get(["ttype"]).values()
        self.assertIn(("job_serialized", "Job Serialized"), description["selection"])

    def test_values_before_and_after_the_database(self) -> None:
        for step in ("cache", "database"):
            with self.subTest(step=step):
                self.assertEqual(self.record.records, self.env.user.partner_id)
                self.assertEqual(self.record.args, [1, Decimal("1.5")])
                self.assertEqual(self.record.kwargs, {"when": date(2026, 1, 1)})
            self.env.flush_all()
            self.env.invalidate_all()

    def test_write(self) -> None:
        self.record.args = [b"x"]
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.record.args, [b"x"])

    def test_value_read_is_a_new_one(self) -> None:
        self.record.kwargs["when"] = "changed"
        self.assertEqual(self.record.kwargs, {"when": date(2026, 1, 1)})

    def test_encoded_text_is_taken_as_it_is(self) -> None:
        self.record.args = EncodedJson('[{"_type": "queue_job:decimal", "value": "2"}]')
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.record.args, [Decimal(2)])

    def test_empty(self) -> None:
        empty = self.editable.create({"uuid": str(uuid.uuid4()), "state": "cancelled"})
        self.assertEqual(empty.args, [])
        self.assertEqual(empty.kwargs, {})
        self.assertEqual(empty.records, self.env["base"])

    def test_read_by_api_is_json(self) -> None:
        [values] = self.record.read(["records", "args", "kwargs"])
        self.assertEqual(json.loads(json.dumps(values)), values)
        self.assertEqual(values["records"]["model"], "res.partner")
        self.assertEqual(values["args"][1]["_type"], "queue_job:decimal")

    def test_unserializable_value_names_the_field(self) -> None:
        with self.assertRaisesRegex(
            NotSerializableJobError, r"queue\.job\.args: \[0\]: <object"
        ):
            self.record.args = [object()]

    def test_unknown_model(self) -> None:
        self.env.flush_all()
        gone = '{"_type": "odoo_recordset", "model": "no.model", "ids": [1]}'
        self.env.cr.execute(
            "UPDATE queue_job SET records = %s, args = %s WHERE id = %s",
            [gone, f"[{gone}]", self.record.id],
        )
        self.env.invalidate_all()
        self.assertEqual(self.record.records, self.env["base"])
        with self.assertRaisesRegex(NotReadableJobError, r"no\.model"):
            self.record.args  # noqa: B018

    def test_isinstance_of_odoo_field(self) -> None:
        self.assertIsInstance(self.record.records, models.BaseModel)
