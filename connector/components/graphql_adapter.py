# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# Adapters are no models: read(), create() and write() are not those of the ORM.
# pylint: disable=method-required-super
"""The adapter of the backends that speak GraphQL."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from odoo.tools import file_open

from odoo.addons.component.core import AbstractComponent

from ..exception import BackendRefusedError, IDMissingInBackend
from .synchronizer.version import parse_datetime

__all__ = ["GraphQLAdapter", "document"]

_SPREAD = re.compile(r"\.\.\.\s*(?!on\b)(\w+)")


@cache
def _file(folder: str, name: str) -> str:
    with file_open(f"{folder}/{name}.graphql") as file:
        return file.read()


@cache
def document(folder: str, name: str) -> str:
    """Return a document of a folder, with the fragments that it spreads.

    ``folder`` is that of an addon, like ``"x_connector/graphql"``. A fragment is in the
    file of its name; those that only it needs may be beside it.

    :raises FileNotFoundError: there is no such document
    """
    return with_fragments(folder, _file(folder, name))


def with_fragments(folder: str, query: str) -> str:
    """Return a query with the fragments that it spreads and does not define."""
    while missing := [
        name for name in _SPREAD.findall(query) if f"fragment {name} " not in query
    ]:
        query = f"{query}\n{_file(folder, missing[0])}"
    return query


class GraphQLAdapter(AbstractComponent):
    """Adapter over operations of GraphQL that are files of the connector.

    The shape of a record is that of its fragment. GraphQL renames what it reads
    (``name: fullName``), so that a connector says in one place what is read and what it
    is called in Odoo::

        class XAdapter(AbstractComponent):
            _name = "x.adapter"
            _inherit = ["base.graphql.adapter", "x.base"]
            _documents = "x_connector/graphql"
            _objects = {"x.product.template": "Product"}

            def _page(self, fields, filters, position): ...

    ===================  ====================================================
    document             what it is
    ===================  ====================================================
    ``Product``          fragment of this name: all that is imported
    ``createProduct``    takes ``$input``, answers the object with its id
    ``updateProduct``    takes ``$input``, which has the id
    ===================  ====================================================
    """

    _name = "base.graphql.adapter"
    _inherit = "base.http.adapter"

    #: folder of the documents
    _documents: str
    #: type of the objects of the backend, by binding model
    _objects: Mapping[str, str] = {}
    #: field that has the date of the last change of an object, and of its parts
    _date_key = "updatedAt"
    #: parts of an object that are dated apart: its own date does not move with theirs
    _dated_parts: tuple[str, ...] = ()

    @property
    def _object(self) -> str:
        """Type of the objects of the working model."""
        return self._objects[self.model._name]

    def execute(self, name: str, **variables: Any) -> Any:
        """Run the operation of a document, and return its only answer.

        :raises BackendRefusedError: the backend understood it and refuses
        """
        query = document(self._documents, name)
        (answer,) = self.graphql(query, variables).values()
        refusal = self._refusal(answer)
        if refusal:
            raise BackendRefusedError(*refusal)
        return answer

    def create(self, data: dict[str, Any]) -> str:
        """Create an object, and return its id."""
        answer = self.execute(f"create{self._object}", input=data)
        (created,) = answer if isinstance(answer, list) else [answer]
        return created[self._id_key]

    def write(self, external_id: str, data: dict[str, Any]) -> None:
        """Update an object."""
        values = {self._id_key: external_id, **data}
        self.execute(f"update{self._object}", input=values)

    def read(self, external_id: str) -> dict[str, Any]:
        """Return an object; IDMissingInBackend when there is none."""
        for record in self.read_many([external_id]):
            return record
        raise IDMissingInBackend(
            f"{self.backend_record.display_name!r} has no {self._object} {external_id}"
        )

    def read_many(self, external_ids: list[str]) -> list[dict[str, Any]]:
        """Return the objects that exist among these ids, with all that is imported."""
        return self.search_read(f"...{self._object}", self._with_ids(external_ids))

    def search(self, filters: dict[str, Any] | None = None) -> list[str]:
        """Return the ids of the objects that match."""
        return [row[self._id_key] for row in self.search_read(self._id_key, filters)]

    def search_changes(
        self, since: str | None, filters: dict[str, Any] | None = None
    ) -> Iterator[tuple[str, str]]:
        """Yield id and date of the objects that changed, or whose parts did.

        Where the parts are dated apart, the dates of all objects are read and compared
        here: a backend that filters objects by the dates of their parts is rare.
        """
        parts = "".join(f" {name} {{ {self._date_key} }}" for name in self._dated_parts)
        fields = f"{self._id_key} {self._date_key}{parts}"
        known_by_backend = self._changed_since(since) if since and not parts else {}
        for row in self.search_read(fields, {**(filters or {}), **known_by_backend}):
            of_parts = (part for name in self._dated_parts for part in row[name])
            date = max(dated[self._date_key] for dated in (row, *of_parts))
            if not (since and parts) or parse_datetime(date) > parse_datetime(since):
                yield row[self._id_key], date

    def search_read(
        self, fields: str, filters: dict[str, Any] | None = None
    ) -> list[dict[str, Any]]:
        """Return some fields, in GraphQL and with the id, of the objects that match.

        When an object disappears meanwhile the others move up, and one may be missed:
        the reading starts again.
        """
        rows: dict[str, dict[str, Any]] = {}
        position, total = 0, 1
        while position < total:
            page, now = self._page(fields, filters or {}, position)
            if position and now < total:
                return self.search_read(fields, filters)
            rows.update((row[self._id_key], row) for row in page)
            position, total = position + len(page), now if page else 0
        return list(rows.values())

    # What a connector writes

    def _page(
        self, fields: str, filters: dict[str, Any], position: int
    ) -> tuple[list[dict[str, Any]], int]:
        """Return the objects from a position on, and how many there are in all.

        Sorted by what never changes: an object that is edited keeps its place.
        """
        raise NotImplementedError(
            f"{self._name!r}: write _page(fields, filters, position)"
        )

    def _with_ids(self, external_ids: Iterable[str]) -> dict[str, Any]:
        """Return the filter of the objects with these ids."""
        return {self._id_key: list(external_ids)}

    def _changed_since(self, since: str) -> dict[str, Any]:
        """Return the filter of the objects that changed after a date."""
        raise NotImplementedError(f"{self._name!r}: write _changed_since(since)")

    def _refusal(self, answer: Any) -> tuple[str, str] | None:
        """Return code and message of an answer that refuses, None of another one."""
        return None

    def _query(self, query: str, **variables: Any) -> Any:
        """Run a query that was put together, and return its only answer."""
        query = with_fragments(self._documents, query)
        (answer,) = self.graphql(query, variables).values()
        return answer
