# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A record to map, and the options of one mapping."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from .explain import Explanation, explain

if TYPE_CHECKING:
    from .mapper import Mapper

__all__ = ["MapOptions", "MapRecord"]


class MapOptions(dict):
    """Options of a mapping, read as items or attributes; unknown ones are None."""

    def __getitem__(self, key: str) -> Any:
        return self.get(key)

    def __getattr__(self, key: str) -> Any:
        # copy, pickle and the like look for special methods
        if key.startswith("__"):
            raise AttributeError(key)
        return self.get(key)

    def __setattr__(self, key: str, value: Any) -> None:
        self[key] = value


class MapRecord:
    """A source record with the mapper that knows how to read it."""

    __slots__ = ("_forced_values", "_mapper", "_parent", "_source")

    def __init__(
        self, mapper: Mapper, source: Any, parent: MapRecord | None = None
    ) -> None:
        self._mapper = mapper
        self._source = source
        self._parent = parent
        self._forced_values: dict[str, Any] = {}

    @property
    def source(self) -> Any:
        """The record to map: a recordset on export, a dict-like on import."""
        return self._source

    @property
    def parent(self) -> MapRecord | None:
        """The map record this one is a child of, if any."""
        return self._parent

    def values(
        self,
        for_create: bool | None = None,
        fields: Iterable[str] | None = None,
        **options: Any,
    ) -> dict[str, Any]:
        """Return the mapped values.

        :param for_create: keep what is mapped only at creation
        :param fields: keep what comes from these source fields only
        :raises MappingError: a rule failed; the message names it
        """
        values = self._mapper._apply(
            self,
            MapOptions(options, for_create=for_create, fields=fields),
        )
        values.update(self._forced_values)
        return values

    def explain(
        self,
        for_create: bool | None = None,
        fields: Iterable[str] | None = None,
        **options: Any,
    ) -> list[Explanation]:
        """Return which rule gives which value; arguments as for ``values()``.

        A rule that fails is shown with its error, and keeps no other from being shown.
        """
        return explain(self, MapOptions(options, for_create=for_create, fields=fields))

    def update(self, *args: Any, **kwargs: Any) -> None:
        """Force values over the result of the mapping, like ``dict.update``."""
        self._forced_values.update(*args, **kwargs)
