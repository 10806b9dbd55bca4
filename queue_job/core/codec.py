# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Values of arguments as typed JSON and back.

What JSON has no type for becomes an object with the key ``_type``, the *tag* of a
*codec*. A dict of the caller that has such a key itself is stored as a list of pairs,
so that nothing a caller passes is ever taken for one of our objects.

Like JSON, and unlike pickle: a tuple comes back as a list, a named tuple too, the keys
of a dict as str. Inside a set or a frozen dataclass a tuple stays a tuple, because a
list there could not be hashed.

Decoding imports nothing and calls no constructor but those of the codecs, of enums and
of frozen dataclasses whose module is loaded already.
"""

from __future__ import annotations

import base64
import dataclasses
import json
import math
import sys
import uuid
import weakref
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, Final, TypeAlias, TypeVar

TAG: Final = "_type"

#: A JSON value: what ``json.dumps`` takes without help.
Json: TypeAlias = Any
_Class = TypeVar("_Class")


class EncodeError(TypeError):
    """A value cannot be stored as typed JSON.

    ``path`` leads from the outermost value to it: list indexes and dict keys.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.path: list[int | str] = []

    def __str__(self) -> str:
        where = "".join(f"[{step!r}]" for step in self.path)
        return f"{where}: {self.reason}" if where else self.reason


class DecodeError(ValueError):
    """A stored value cannot be read back."""


@dataclasses.dataclass(frozen=True, slots=True)
class Codec:
    """How the instances of one type, and of its subclasses, are stored."""

    #: Value of the key ``_type``.
    tag: str
    #: Return the other keys of the JSON object, already JSON.
    encode: Callable[..., Json]
    #: Return the value for the whole JSON object and the decoding context.
    decode: Callable[[dict[str, Any], Any], Any]


_codecs: dict[type, Codec] = {}
_codecs_by_tag: dict[str, Codec] = {}
_unwrappers: dict[type, Callable[[Any], Any]] = {}
_codec_of_type: weakref.WeakKeyDictionary[type, Codec | None] = (
    weakref.WeakKeyDictionary()
)


def register_codec(python_type: type, codec: Codec) -> None:
    """Store instances of ``python_type`` with ``codec`` from now on.

    A codec of an addon needs a tag with a namespace: ``my_addon:point``.

    :raises ValueError: when the tag belongs to another type
    """
    known = _codecs_by_tag.get(codec.tag)
    if known and _codecs.get(python_type) is not known:
        raise ValueError(f"The tag {codec.tag!r} belongs to another type already.")
    _codecs[python_type] = codec
    _codecs_by_tag[codec.tag] = codec
    _codec_of_type.clear()


def register_value_codec(
    python_type: type,
    tag: str,
    encode: Callable[[Any], Json],
    decode: Callable[[Any], Any],
) -> None:
    """Store instances of ``python_type`` as ``{"_type": tag, "value": encode(x)}``.

    :raises ValueError: when the tag belongs to another type
    """
    register_codec(
        python_type,
        Codec(
            tag=tag,
            encode=lambda value: {"value": encode(value)},
            decode=lambda obj, _context: decode(obj["value"]),
        ),
    )


def register_unwrapper(python_type: type, unwrap: Callable[[Any], Any]) -> None:
    """Store ``unwrap(x)`` instead of a proxy ``x`` of exactly ``python_type``."""
    _unwrappers[python_type] = unwrap


def encode(value: Any) -> Json:
    """Return ``value`` as typed JSON.

    :raises EncodeError: naming the place inside ``value`` and the remedy
    """
    try:
        return _encode(value)
    except RecursionError as err:
        raise EncodeError("is nested too deeply, or contains itself") from err


def _encode(value: Any) -> Json:
    kind = type(value)
    if kind is str or kind is int or kind is bool or value is None:
        return value
    if kind is list or kind is tuple:
        return _encode_items(value, _encode)
    if kind is dict:
        return _encode_dict(value, _encode)
    return _encode_other(value, _encode)


def encode_hashable(value: Any) -> Json:
    """Return ``value`` as typed JSON in which a tuple stays a tuple."""
    if type(value) is tuple:
        return {TAG: "queue_job:tuple", "value": _encode_items(value, encode_hashable)}
    if type(value) is list:
        return _encode_items(value, encode_hashable)
    if type(value) is dict:
        return _encode_dict(value, encode_hashable)
    return _encode(value)


def decode(value: Json, context: Any = None) -> Any:
    """Return the Python value for typed JSON; ``context`` is given to the codecs.

    :raises DecodeError: on a tag without codec, or what its codec cannot read
    """
    try:
        return _decode(value, context)
    except RecursionError as err:
        raise DecodeError("The stored value is nested too deeply.") from err


def _decode(value: Json, context: Any) -> Any:
    kind = type(value)
    if kind is list:
        return [_decode(item, context) for item in value]
    if kind is dict:
        obj = {key: _decode(item, context) for key, item in value.items()}
        return decode_object(obj, context)
    return value


def decode_object(obj: dict[str, Any], context: Any = None) -> Any:
    """Return the value for one JSON object whose values are decoded already.

    :raises DecodeError: on a tag without codec, or what its codec cannot read
    """
    tag = obj.get(TAG)
    if tag is None:
        return obj
    codec = _codecs_by_tag.get(tag) if isinstance(tag, str) else None
    if codec is None:
        raise DecodeError(
            f"No codec for stored values of type {tag!r}: is the addon that "
            "registers it installed?"
        )
    try:
        return codec.decode(obj, context)
    except Exception as err:  # codecs are code of others: whatever they find is wrong
        raise DecodeError(
            f"Stored value {_shorten(obj)} cannot be read back: {err}"
        ) from err


def _encode_items(items: Any, encode_item: Callable[[Any], Json]) -> list[Json]:
    result = []
    for index, item in enumerate(items):
        try:
            result.append(encode_item(item))
        except EncodeError as err:
            err.path.insert(0, index)
            raise
    return result


def _encode_dict(value: Any, encode_item: Callable[[Any], Json]) -> dict[str, Json]:
    result = {}
    for key, item in value.items():
        name = key if type(key) is str else _key_name(key)
        if name in result:
            raise EncodeError(f"two keys of the dict become the same JSON key {name!r}")
        try:
            result[name] = encode_item(item)
        except EncodeError as err:
            err.path.insert(0, name)
            raise
    if TAG in result:
        return {TAG: "queue_job:dict", "value": [[k, v] for k, v in result.items()]}
    return result


def _key_name(key: Any) -> str:
    if isinstance(key, str):
        return str.__str__(key)
    if key is None or isinstance(key, bool | int | float):
        return json.dumps(key)
    raise EncodeError(
        f"the dict key {key!r} is a {type(key).__name__}; keys must be str "
        "(numbers become str)"
    )


def _encode_other(value: Any, encode_item: Callable[[Any], Json]) -> Json:
    """Encode what is neither None nor exactly str, int, bool, list, tuple or dict."""
    kind = type(value)
    if kind is float:
        if not math.isfinite(value):
            raise EncodeError(f"{value} is no JSON number; pass None or a str")
        return value
    if kind in _unwrappers:
        return encode_item(_unwrappers[kind](value))
    codec = _codec_for(kind)
    if codec is not None:
        return {TAG: codec.tag, **codec.encode(value)}
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return _encode_other(float(value), encode_item)
    if isinstance(value, Mapping):
        return _encode_dict(value, encode_item)
    if isinstance(value, list | tuple):
        return _encode_items(value, encode_item)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {TAG: "queue_job:dataclass", **_encode_dataclass(value)}
    raise EncodeError(
        f"{_shorten(value)} is a {kind.__module__}.{kind.__qualname__}, which cannot "
        "be stored; pass a record or plain values, make it a frozen dataclass, or "
        "register a codec (queue_job.fields.register_codec)"
    )


def _codec_for(kind: type) -> Codec | None:
    try:
        return _codec_of_type[kind]
    except KeyError:
        codec = next((_codecs[cls] for cls in kind.__mro__ if cls in _codecs), None)
        _codec_of_type[kind] = codec
        return codec


def _shorten(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


# --- codecs of the standard library -------------------------------------------------


def _class_path(cls: type) -> str:
    if "<locals>" in cls.__qualname__:
        raise EncodeError(
            f"{cls.__qualname__} is defined inside a function and could not be found "
            "again; define it at module level"
        )
    return f"{cls.__module__}:{cls.__qualname__}"


def _find_class(path: str, base: type[_Class]) -> type[_Class]:
    module_name, _sep, qualname = path.partition(":")
    target: Any = sys.modules.get(module_name)
    for name in qualname.split("."):
        target = getattr(target, name, None)
    if not (isinstance(target, type) and issubclass(target, base)):
        raise DecodeError(f"class {path} does not exist any more")
    return target


def _encode_enum(member: Enum) -> dict[str, Json]:
    return {"class": _class_path(type(member)), "value": member.name}


def _decode_enum(obj: dict[str, Any], _context: Any) -> Enum:
    return _find_class(obj["class"], Enum)[obj["value"]]


def _encode_dataclass(value: Any) -> dict[str, Json]:
    cls = type(value)
    if not cls.__dataclass_params__.frozen:
        raise EncodeError(
            f"{_shorten(value)} is a mutable dataclass; declare {cls.__qualname__} "
            "with @dataclass(frozen=True)"
        )
    fields = {f.name: getattr(value, f.name) for f in dataclasses.fields(cls) if f.init}
    return {"class": _class_path(cls), "value": _encode_dict(fields, encode_hashable)}


def _decode_dataclass(obj: dict[str, Any], _context: Any) -> Any:
    cls = _find_class(obj["class"], object)
    params = getattr(cls, "__dataclass_params__", None)
    if params is None or not params.frozen:
        raise DecodeError(f"{obj['class']} is not a frozen dataclass")
    return cls(**obj["value"])


def _encode_set(value: Any) -> list[Json]:
    # Sorted, so that equal sets are stored equal.
    return sorted((encode_hashable(item) for item in value), key=json.dumps)


register_value_codec(
    datetime, "datetime_isoformat", datetime.isoformat, datetime.fromisoformat
)
register_value_codec(date, "date_isoformat", date.isoformat, date.fromisoformat)
register_value_codec(time, "queue_job:time", time.isoformat, time.fromisoformat)
register_value_codec(
    timedelta,
    "queue_job:timedelta",
    lambda value: [value.days, value.seconds, value.microseconds],
    lambda parts: timedelta(*parts),
)
register_value_codec(Decimal, "queue_job:decimal", str, Decimal)
register_value_codec(uuid.UUID, "queue_job:uuid", str, uuid.UUID)
register_value_codec(
    bytes,
    "queue_job:bytes",
    lambda value: base64.b64encode(value).decode("ascii"),
    base64.b64decode,
)
register_value_codec(set, "queue_job:set", _encode_set, set)
register_value_codec(frozenset, "queue_job:frozenset", _encode_set, frozenset)
register_codec(Enum, Codec("queue_job:enum", _encode_enum, _decode_enum))
# Written by this module itself: no Python type leads to these.
_codecs_by_tag["queue_job:dict"] = Codec(
    "queue_job:dict", _encode_dict, lambda obj, _context: dict(obj["value"])
)
_codecs_by_tag["queue_job:tuple"] = Codec(
    "queue_job:tuple", encode_hashable, lambda obj, _context: tuple(obj["value"])
)
_codecs_by_tag["queue_job:dataclass"] = Codec(
    "queue_job:dataclass", _encode_dataclass, _decode_dataclass
)
