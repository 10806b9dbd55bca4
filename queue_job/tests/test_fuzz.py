# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Arguments, configurations and requests that nobody would write, but somebody may."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from hypothesis import given
from hypothesis import strategies as st

from odoo import models
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged
from odoo.tests.common import BaseCase

from ..core import codec
from ..core.channels import ChannelConfig, ChannelSyntaxError, parse_channels
from ..core.codec import DecodeError, EncodeError
from ..core.redact import redact
from ..core.retry import RetryPatternError, parse_retry_pattern_text
from ..exception import NotReadableJobError
from ..fields import JobDecoder, encode_json
from .fuzz import examples
from .model_common import JobRecordCase

_texts = st.text(
    st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=30
)
_scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | _texts
)
#: What an argument may be and comes back as, but for tuples.
_hashable = (
    _scalars
    | st.dates()
    | st.datetimes()
    | st.times()
    | st.timedeltas()
    | st.decimals(allow_nan=False)
    | st.uuids()
    | st.binary(max_size=30)
)
_arguments = st.recursive(
    _hashable | st.frozensets(_hashable, max_size=4),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(_texts, inner, max_size=4)
    ),
    max_leaves=12,
)
#: Any JSON, as somebody who can write to the database may store it: with tags.
_keys = st.sampled_from(
    ["_type", "value", "model", "ids", "uid", "su", "context", "class"]
)
_words = st.sampled_from(
    [
        *codec._codecs_by_tag,
        "res.partner",
        "res.users",
        "base",
        "no.model",
        "os:system",
        "subprocess:Popen",
        "builtins:eval",
        "odoo.addons.queue_job.core.channels:ChannelConfig",
        "odoo.addons.queue_job.core.states:JobState",
        "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>",
    ]
)
_stored = st.recursive(
    _scalars | _words,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(_keys | _texts, inner, max_size=6)
    ),
    max_leaves=15,
)


@tagged("post_install", "-at_install")
class TestArguments(JobRecordCase):
    #: Types that reading an argument may make, beside records and declared classes.
    KNOWN: ClassVar[tuple[type, ...]] = (
        *(type(None), bool, int, float, str, bytes, list, tuple, dict, set, frozenset),
        *(date, datetime, time, timedelta, Decimal, models.BaseModel, ChannelConfig),
    )

    @examples(150)
    @given(_arguments)
    def test_what_is_stored_comes_back(self, value: Any) -> None:
        text = encode_json([value]).text
        self.assertEqual(json.loads(text, cls=JobDecoder, env=self.env), [value])

    @examples(300)
    @given(_stored)
    def test_whatever_is_stored_is_read_or_refused_in_one_way(self, value: Any) -> None:
        loaded = set(sys.modules)
        try:
            found = codec.decode(value, self.env)
        except DecodeError:
            found = None
        self.assertLessEqual(set(sys.modules), loaded | _LAZY, "it imported something")
        self._check_types(found)

    def _check_types(self, value: Any) -> None:
        if isinstance(value, dict):
            for item in value.values():
                self._check_types(item)
        elif isinstance(value, list | tuple | set | frozenset):
            for item in value:
                self._check_types(item)
        elif type(value).__module__ not in ("uuid", "lxml.etree") and not isinstance(
            value, codec.Enum
        ):
            self.assertIsInstance(value, self.KNOWN)

    @examples(60)
    @given(_stored)
    def test_a_job_with_any_arguments_is_read_or_says_which(self, value: Any) -> None:
        job = self.make_job()
        self.env.cr.execute(
            "UPDATE queue_job SET args = %s WHERE id = %s",
            [json.dumps([value]), job.id],
        )
        job.invalidate_recordset()
        try:
            _read = job.args
        except NotReadableJobError as error:
            self.assertIn(".args", str(error))

    def test_what_is_too_deep_or_endless_is_named(self) -> None:
        deep: Any = []
        for _level in range(5000):
            deep = [deep]
        endless: list[Any] = []
        endless.append({"again": endless})
        for value in (deep, endless):
            with self.assertRaisesRegex(EncodeError, "too deeply"):
                encode_json(value)
        with self.assertRaisesRegex(DecodeError, "too deeply"):
            codec.decode(deep, self.env)

    def test_nothing_the_caller_passes_is_taken_for_ours(self) -> None:
        for tag in codec._codecs_by_tag:
            value = {"_type": tag, "value": "x", "model": "res.users", "ids": [1]}
            text = encode_json([value]).text
            with self.subTest(tag):
                self.assertEqual(
                    json.loads(text, cls=JobDecoder, env=self.env), [value]
                )


#: Modules that the standard library imports when it parses a date.
_LAZY = {"_strptime"}


class TestChannelGrammar(BaseCase):
    @examples(400)
    @given(
        st.text(max_size=40)
        | st.text("root.:,=0123456789 \n-_%'\"\\sequentialthrottlepaused", max_size=60)
    )
    def test_any_text_is_read_or_refused(self, text: str) -> None:
        try:
            channels = parse_channels(text)
        except ChannelSyntaxError as error:
            self.assertIn("Channel ", str(error))
            return
        self.assertEqual(channels[0].name, "root")
        for channel in channels:
            self.assertLessEqual(0, channel.capacity)
            self.assertLess(channel.capacity, 2**31)
            self.assertLess(channel.throttle, 2**31)

    def test_numbers_that_no_database_has(self) -> None:
        for text in (
            "root:99999999999",
            "root:" + "9" * 5000,
            "a:1:throttle=9999999999",
        ):
            with self.subTest(text[:20]), self.assertRaises(ChannelSyntaxError):
                parse_channels(text)


@tagged("post_install", "-at_install")
class TestStoredChannels(TransactionCase):
    @examples(60)
    @given(
        name=_texts,
        capacity=st.integers(-10, 2**31 - 1),
        sequential=st.booleans(),
    )
    def test_a_channel_is_stored_or_refused(
        self, name: str, capacity: int, sequential: bool
    ) -> None:
        """And what is stored is one entry of the grammar."""
        root = self.env.ref("queue_job.channel_root")
        values = {"name": name, "capacity": capacity, "sequential": sequential}
        with suppress(UserError, _Undo), self.env.cr.savepoint():
            channel = self.env["queue.job.channel"].create(
                {**values, "parent_id": root.id}
            )
            entry = f"{channel.complete_name}:{channel.capacity}"
            parsed = parse_channels(entry)[-1]
            self.assertEqual(parsed.name, channel.complete_name)
            self.assertEqual(parsed.capacity, capacity)
            raise _Undo


class _Undo(Exception):
    """Take back what an example stored."""


class TestTexts(BaseCase):
    @examples(200)
    @given(
        st.text(max_size=60) | st.text("{}[]()'\":,0123456789. -+_eaclrn*", max_size=60)
    )
    def test_a_retry_pattern_is_read_or_refused(self, text: str) -> None:
        try:
            parse_retry_pattern_text(text)
        except RetryPatternError:
            return

    @examples(200)
    @given(st.text(max_size=300))
    def test_redaction_takes_any_text_and_is_done_at_once(self, text: str) -> None:
        once = redact(text)
        self.assertEqual(redact(once), once)
