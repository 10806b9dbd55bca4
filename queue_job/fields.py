# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The field type in which jobs keep their records and arguments: typed JSON.

``core/codec.py`` says what can be stored and how; this module adds the types of Odoo.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from lxml import etree
from psycopg2.extras import Json as PsycopgJson

from odoo import api, fields, models
from odoo.tools import lazy
from odoo.tools.translate import LazyGettext

from .core import codec
from .core.codec import (
    Codec,
    DecodeError,
    EncodeError,
    register_codec,
    register_value_codec,
)
from .exception import NotReadableJobError, NotSerializableJobError

__all__ = [
    "Codec",
    "EncodedJson",
    "JobDecoder",
    "JobEncoder",
    "JobResult",
    "JobSerialized",
    "encode_json",
    "register_codec",
    "register_value_codec",
]

#: Characters of JSON. Arguments are read and written with every job: what is bigger
#: belongs in an attachment whose record is passed.
MAX_SIZE: Final = 16 * 1024 * 1024

_dumps = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":")
).encode


@dataclass(frozen=True, slots=True)
class EncodedJson:
    """A value of a ``JobSerialized`` field that is typed JSON text already."""

    text: str

    def __conform__(self, protocol: Any) -> PsycopgJson:
        """Return what psycopg2 puts into a query."""
        return PsycopgJson(self, dumps=_text_of)


def encode_json(value: Any) -> EncodedJson:
    """Return ``value`` as typed JSON text that PostgreSQL can store.

    :raises EncodeError: naming the place inside ``value`` and the remedy
    """
    return _to_text(codec.encode(value))


def _to_text(encoded: codec.Json) -> EncodedJson:
    text = _dumps(encoded)
    if len(text) > MAX_SIZE:
        raise EncodeError(
            f"takes {len(text)} characters as JSON, {MAX_SIZE} are allowed; put the "
            "data in an attachment and pass its record"
        )
    # What JSON has and PostgreSQL's jsonb has not: the NUL character, lone surrogates.
    if "\\u0000" in text and any("\0" in part for part in _strings(encoded)):
        raise EncodeError("contains a NUL character, which PostgreSQL cannot store")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as err:
            raise EncodeError(
                f"contains text that is not valid Unicode ({err})"
            ) from err
    return EncodedJson(text)


def _strings(value: codec.Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _strings(item)


class JobEncoder(json.JSONEncoder):
    """``json.dumps(value, cls=JobEncoder)`` returns typed JSON."""

    def default(self, o: Any) -> codec.Json:
        """Return ``o`` as typed JSON.

        :raises TypeError: when it cannot be stored
        """
        return codec.encode(o)

    def iterencode(self, o: Any, _one_shot: bool = False) -> Iterator[str]:
        """Yield the text; the whole value is encoded first, dicts included."""
        return super().iterencode(codec.encode(o), _one_shot)


class JobDecoder(json.JSONDecoder):
    """``json.loads(text, cls=JobDecoder, env=env)`` reads typed JSON.

    Records are bound to the cursor of ``env``, with their own user, mode and context.
    """

    def __init__(self, *args: Any, env: api.Environment, **kwargs: Any) -> None:
        super().__init__(*args, object_hook=self.object_hook, **kwargs)
        self.env = env

    def object_hook(self, obj: dict[str, Any]) -> Any:
        """Return the value for one JSON object."""
        return codec.decode_object(obj, self.env)


class JobSerialized(fields.Json):
    """Any value of ``base_type`` made of what the codecs know.

    In a record: the Python value (a new one at each access). Read by API: typed JSON.
    """

    type = "job_serialized"
    _column_type = ("jsonb", "jsonb")

    #: dict, list, tuple or ``models.BaseModel``; a tuple comes back as list.
    base_type: Any = None

    _base_types: ClassVar[tuple[Any, ...]] = (dict, list, tuple, models.BaseModel)

    def _setup_attrs__(self, model_class: Any, name: str) -> None:
        super()._setup_attrs__(model_class, name)
        if self.base_type not in self._base_types:
            raise ValueError(
                f"{model_class._name}.{name}: base_type must be one of dict, list, "
                f"tuple, models.BaseModel, not {self.base_type!r}"
            )

    # In cache, as from the database: typed JSON (or EncodedJson before it is flushed).

    def convert_to_cache(
        self, value: Any, record: models.BaseModel, validate: bool = True
    ) -> codec.Json:
        """Return the typed JSON of a Python value.

        :raises NotSerializableJobError: when a part of it cannot be stored
        """
        if value is None or value is False:
            return None
        if isinstance(value, EncodedJson):
            return json.loads(value.text)
        try:
            return codec.encode(value)
        except EncodeError as err:
            raise self._not_serializable(record, err) from err

    def convert_to_column(
        self,
        value: Any,
        record: models.BaseModel,
        values: Any = None,
        validate: bool = True,
    ) -> PsycopgJson | None:
        """Return the parameter of an INSERT or UPDATE.

        :raises NotSerializableJobError: when a part of it cannot be stored
        """
        if value is None or value is False:
            return None
        if isinstance(value, EncodedJson):
            return PsycopgJson(value, dumps=_text_of)
        try:
            encoded = codec.encode(value) if validate else value
            return PsycopgJson(_to_text(encoded), dumps=_text_of)
        except EncodeError as err:
            raise self._not_serializable(record, err) from err

    def _not_serializable(
        self, record: models.BaseModel, err: EncodeError
    ) -> NotSerializableJobError:
        return NotSerializableJobError(f"{record._name}.{self.name}: {err}")

    def convert_to_record(self, value: codec.Json, record: models.BaseModel) -> Any:
        """Return the Python value; records are bound to the cursor of ``record``.

        Records of a model that is not installed any more become an empty ``base``.

        :raises NotReadableJobError: when something else cannot be read back
        """
        if value is None:
            return self._empty(record)
        if self.base_type is models.BaseModel and not _is_known(value, record.env):
            return self._empty(record)
        try:
            return codec.decode(value, record.env)
        except DecodeError as err:
            raise NotReadableJobError(f"{record}.{self.name}: {err}") from err

    def _empty(self, record: models.BaseModel) -> Any:
        if self.base_type is models.BaseModel:
            return record.env["base"]
        return {} if self.base_type is dict else []

    def convert_to_read(
        self, value: Any, record: models.BaseModel, use_display_name: bool = True
    ) -> codec.Json:
        """Return typed JSON, for the web client and the API."""
        return codec.encode(value)

    def convert_to_write(self, value: Any, record: models.BaseModel) -> Any:
        """Return the Python value: ``write`` would escape typed JSON."""
        return self.convert_to_record(self.convert_to_cache(value, record), record)

    def convert_to_export(self, value: Any, record: models.BaseModel) -> str:
        """Return typed JSON text."""
        return json.dumps(value, cls=JobEncoder, ensure_ascii=False) if value else ""


class JobResult(JobSerialized):
    """What a method returned: any value; None when it is not known."""

    base_type = object
    _base_types = (object,)

    def _empty(self, record: models.BaseModel) -> None:
        return None


def _text_of(encoded: EncodedJson) -> str:
    return encoded.text


def _is_known(value: codec.Json, env: api.Environment) -> bool:
    return isinstance(value, dict) and value.get("model") in env


# --- codecs of Odoo's types ---------------------------------------------------------


def _encode_recordset(records: models.BaseModel) -> dict[str, codec.Json]:
    ids = records.ids
    if len(ids) != len(records):
        raise EncodeError(f"{records} is not saved yet; pass saved records")
    return {
        "model": records._name,
        "ids": ids,
        "uid": records.env.uid,
        "su": records.env.su,
        "context": codec.encode(records._job_prepare_context_before_enqueue()),
    }


def _decode_recordset(
    obj: dict[str, Any], env: api.Environment | None
) -> models.BaseModel:
    if env is None:
        raise DecodeError("records can be read with an environment only (env=...)")
    if obj["model"] not in env:
        raise DecodeError(f"the model {obj['model']} is not installed any more")
    if not all(isinstance(record_id, int) for record_id in obj["ids"]):
        raise DecodeError("ids of records are numbers")
    context = obj.get("context")
    return env(
        user=obj.get("uid") or env.uid,
        su=bool(obj.get("su")),
        context={**env.context, **context} if context else env.context,
    )[obj["model"]].browse(obj["ids"])


def _encode_element(element: Any) -> dict[str, codec.Json]:
    return {"value": etree.tostring(element, encoding="unicode")}


def _decode_element(obj: dict[str, Any], _env: api.Environment | None) -> Any:
    # A parser for each call: they are not safe to share between threads. Arguments
    # are data, so nothing outside the text is read for it.
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return etree.fromstring(obj["value"], parser)


def _unwrap_lazy(value: lazy) -> Any:
    return value._value


register_codec(
    models.BaseModel, Codec("odoo_recordset", _encode_recordset, _decode_recordset)
)
register_codec(etree._Element, Codec("etree_element", _encode_element, _decode_element))
codec.register_unwrapper(lazy, _unwrap_lazy)
codec.register_unwrapper(LazyGettext, str)
