# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Grammar of channel configurations.

``name[:capacity[:key[=value]]*]``, separated by commas or newlines, e.g.
``root:4, root.shop:2:throttle=1, root.mail:1:sequential``.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

ROOT: Final = "root"
_LARGEST: Final = 2**31 - 1  # PostgreSQL's integers hold no more
_OPTIONS: Final = ("sequential", "throttle", "paused")


class ChannelSyntaxError(ValueError):
    """The channel configuration cannot be read."""


@dataclass(frozen=True, slots=True)
class ChannelConfig:
    """One channel, as configured."""

    #: Complete name, from ``root`` on.
    name: str
    #: Jobs that may run at once, in the channel and below it; None = unlimited.
    capacity: int | None = 1
    #: Strictly one after the other; a failed job blocks the next ones.
    sequential: bool = False
    #: Seconds between two starts; 0 = no limit.
    throttle: int = 0
    #: No job of the channel or below it starts.
    paused: bool = False


def complete_name(name: str) -> str:
    """Return the name of a channel from ``root`` on; empty means root."""
    name = name.strip()
    if not name or name == ROOT:
        return ROOT
    return name if name.startswith(f"{ROOT}.") else f"{ROOT}.{name}"


def parse_channels(text: str) -> list[ChannelConfig]:
    """Return the channels of a configuration, ``root`` first.

    ``root`` gets capacity 1 when the text does not name it.

    :raises ChannelSyntaxError: naming the entry that is wrong and how to write it
    """
    channels: dict[str, ChannelConfig] = {}
    for _name, channel in parse_entries(text):
        channels[channel.name] = channel
    channels.setdefault(ROOT, ChannelConfig(ROOT))
    return sorted(channels.values(), key=lambda channel: channel.name != ROOT)


def parse_entries(text: str) -> Iterator[tuple[str, ChannelConfig]]:
    """Iterate over the entries as written: the name given, and what it configures.

    :raises ChannelSyntaxError: naming the entry that is wrong and how to write it
    """
    for entry in re.split(r"[,\n]", text):
        if entry := re.sub(r"\s+", "", entry):
            yield entry.partition(":")[0], _parse_entry(entry)


def _parse_entry(entry: str) -> ChannelConfig:
    name, *rest = entry.split(":")
    if not name:
        raise ChannelSyntaxError(
            f"Channel {entry!r} has no name; write name:capacity, as in root.shop:2."
        )
    capacity = _parse_capacity(entry, rest[0]) if rest else 1
    options = _parse_options(entry, rest[1:])
    if options.get("sequential") and capacity != 1:
        raise ChannelSyntaxError(
            f"Channel {entry!r} is sequential, so its capacity is 1, not {capacity}."
        )
    return ChannelConfig(complete_name(name), capacity, **options)


def _parse_capacity(entry: str, text: str) -> int:
    if not text:
        return 1
    number = _parse_number(text)
    if number is None:
        raise ChannelSyntaxError(
            f"Channel {entry!r}: capacity {text!r} is not a number of jobs (0, 1, 2)."
        )
    return number


def _parse_number(text: str) -> int | None:
    if not text.isdecimal() or len(text) > len(str(_LARGEST)) or int(text) > _LARGEST:
        return None
    return int(text)


def _parse_options(entry: str, items: list[str]) -> dict[str, Any]:
    options: dict[str, Any] = {}
    for item in items:
        key, separator, value = item.partition("=")
        if key in options:
            raise ChannelSyntaxError(f"Channel {entry!r} gives {key!r} twice.")
        if key not in _OPTIONS:
            near = difflib.get_close_matches(key, _OPTIONS, n=1)
            known = ", ".join(_OPTIONS)
            hint = f"did you mean {near[0]!r}?" if near else f"known are {known}."
            raise ChannelSyntaxError(f"Channel {entry!r}: no option {key!r}; {hint}")
        if key == "throttle":
            options[key] = _parse_throttle(entry, value)
        else:
            options[key] = _parse_flag(entry, key, value if separator else "true")
    return options


def _parse_throttle(entry: str, value: str) -> int:
    seconds = _parse_number(value)
    if seconds is None:
        raise ChannelSyntaxError(
            f"Channel {entry!r}: throttle wants seconds, as in throttle=2."
        )
    return seconds


def _parse_flag(entry: str, key: str, value: str) -> bool:
    flags = {"true": True, "1": True, "false": False, "0": False}
    if value.lower() not in flags:
        raise ChannelSyntaxError(
            f"Channel {entry!r}: {key} is a flag; write {key} alone, not {value!r}."
        )
    return flags[value.lower()]
