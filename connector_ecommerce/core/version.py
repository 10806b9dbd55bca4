# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What tells whether the shop changed something since it was imported."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from decimal import Decimal
from typing import Any


def version_of(*values: Any) -> str:
    """Return a digest of neutral values.

    Fields that have their default do not count: one added to the neutral form later
    does not make every order look edited.
    """
    text = "\n".join(part for value in values for part in _parts(value))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _parts(value: Any) -> Iterator[str]:
    if is_dataclass(value):
        yield type(value).__name__
        for field in fields(value):
            content = getattr(value, field.name)
            if content != _default(field):
                yield from (f"{field.name} {part}" for part in _parts(content))
    elif isinstance(value, Mapping):
        yield from _parts(sorted(value.items()))
    elif isinstance(value, Decimal):
        yield str(value.normalize())
    elif isinstance(value, Iterable) and not isinstance(value, str):
        for index, item in enumerate(value):
            yield from (f"{index} {part}" for part in _parts(item))
    else:
        yield repr(value)


def _default(field: Field[Any]) -> Any:
    if field.default_factory is not MISSING:
        return field.default_factory()
    return field.default
