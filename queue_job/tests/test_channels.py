# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The grammar of channel configurations. Needs no database."""

from __future__ import annotations

import string

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests.common import BaseCase

from ..core.channels import (
    ROOT,
    ChannelConfig,
    ChannelSyntaxError,
    complete_name,
    parse_channels,
    parse_entries,
)

_segments = st.text(string.ascii_letters + string.digits + "_-", min_size=1)
_names = st.lists(_segments, min_size=1, max_size=3).map(
    lambda segments: complete_name(".".join(segments))
)


@st.composite
def _channels(draw: st.DrawFn) -> ChannelConfig:
    sequential = draw(st.booleans())
    return ChannelConfig(
        draw(_names | st.just(ROOT)),
        1 if sequential else draw(st.integers(0, 99)),
        sequential,
        draw(st.integers(0, 3600)),
        draw(st.booleans()),
    )


def _write(channel: ChannelConfig) -> str:
    """Return the entry that configures a channel."""
    options = [f"throttle={channel.throttle}"] if channel.throttle else []
    options += ["sequential"] * channel.sequential + ["paused"] * channel.paused
    return ":".join([channel.name, str(channel.capacity), *options])


_free_of_time = settings(deadline=None, database=None)


class TestGrammar(BaseCase):
    @_free_of_time
    @given(
        st.lists(_channels(), max_size=6, unique_by=lambda channel: channel.name),
        st.sampled_from([",", "\n", " ,\n\n ,", ",  "]),
    )
    def test_what_is_written_is_read(
        self, channels: list[ChannelConfig], separator: str
    ) -> None:
        parsed = parse_channels(separator.join(map(_write, channels)))
        self.assertEqual(parsed[0].name, ROOT)
        expected = {channel.name: channel for channel in channels}
        expected.setdefault(ROOT, ChannelConfig(ROOT))
        self.assertEqual({channel.name: channel for channel in parsed}, expected)

    @_free_of_time
    @given(st.text(string.ascii_letters + ":,=\n .0159-", max_size=40))
    def test_any_text_is_read_or_refused(self, text: str) -> None:
        try:
            channels = parse_channels(text)
        except ChannelSyntaxError as error:
            self.assertTrue(str(error))
        else:
            self.assertEqual(parse_channels(",".join(map(_write, channels))), channels)

    def test_short_forms(self) -> None:
        expected = {
            "": ChannelConfig("root", 1),
            "root": ChannelConfig("root", 1),
            "root:": ChannelConfig("root", 1),
            "root:4": ChannelConfig("root", 4),
            " root : 4 ": ChannelConfig("root", 4),
            "a": ChannelConfig("root.a", 1),
            "root.a:2": ChannelConfig("root.a", 2),
            "a::sequential": ChannelConfig("root.a", 1, sequential=True),
            "a:1:sequential=true": ChannelConfig("root.a", 1, sequential=True),
            "a:2:sequential=0": ChannelConfig("root.a", 2),
            "a:2:throttle=3": ChannelConfig("root.a", 2, throttle=3),
            "a:2:paused:throttle=3": ChannelConfig(
                "root.a", 2, throttle=3, paused=True
            ),
            "a:0": ChannelConfig("root.a", 0),
        }
        for text, channel in expected.items():
            self.assertIn(channel, parse_channels(text), text)

    def test_names_are_kept_as_written(self) -> None:
        self.assertEqual(
            list(parse_entries("a:2, root.b")),
            [("a", ChannelConfig("root.a", 2)), ("root.b", ChannelConfig("root.b"))],
        )

    def test_last_entry_of_a_name_wins(self) -> None:
        self.assertEqual(
            parse_channels("a:1,root.a:2"),
            [ChannelConfig("root"), ChannelConfig("root.a", 2)],
        )

    def test_errors_name_the_entry_and_the_remedy(self) -> None:
        wrong = {
            ":2": "no name; write name:capacity",
            "a:two": "capacity 'two' is not a number",
            "a:-1": "capacity '-1' is not a number",
            "a:1.5": "capacity '1.5' is not a number",
            "a:2:sequential": "its capacity is 1, not 2",
            "a:0:sequential": "its capacity is 1, not 0",
            "a:1:sequentiel": "did you mean 'sequential'?",
            "a:1:=2": "known are",
            "a:1:throttle": "throttle wants seconds, as in throttle=2",
            "a:1:throttle=soon": "throttle wants seconds",
            "a:1:paused=maybe": "write paused alone, not 'maybe'",
            "a:1:paused:paused": "gives 'paused' twice",
        }
        for entry, remedy in wrong.items():
            with self.subTest(entry), self.assertRaises(ValueError) as caught:
                parse_channels(f"root:4,{entry},b:1")
            self.assertIn(repr(entry), str(caught.exception))
            self.assertIn(remedy, str(caught.exception))
