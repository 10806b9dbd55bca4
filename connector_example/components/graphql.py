# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from odoo.addons.component.core import AbstractComponent
from odoo.addons.connector.exception import IDMissingInBackend, InvalidDataError

PAGE_SIZE = 1000  # the most a page of the shop may hold


class VendureError(InvalidDataError):
    """The shop understood a request and refused it.

    ``code`` is the shop's own error code, as ``ITEMS_ALREADY_FULFILLED_ERROR``.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"The shop refused: {message} ({code})")
        self.code = code


class VendureAdapter(AbstractComponent):
    """Speak the Admin API of the shop (GraphQL) for one kind of object."""

    _name = "vendure.adapter"
    _inherit = ["base.http.adapter", "vendure.base"]

    _object: str  # the query that reads one: "product"; its type is "Product"
    _fields: str  # what a record importer needs of it, in GraphQL

    def query(self, query: str, **variables: Any) -> dict[str, Any]:
        """Return the ``data`` of a query."""
        return self.graphql(query, variables)

    def mutate(self, mutation: str, **variables: Any) -> Any:
        """Return the answer of a mutation with one operation, refusals raised."""
        (answer,) = self.query(mutation, **variables).values()
        if isinstance(answer, dict) and "errorCode" in answer:
            raise VendureError(answer["errorCode"], answer["message"])
        return answer

    def read(self, external_id: str) -> dict[str, Any]:
        """Return one object; IDMissingInBackend when the shop has it no more."""
        for record in self.read_many([external_id]):
            return record
        raise IDMissingInBackend(f"The shop has no {self._object} {external_id}.")

    def read_many(self, external_ids: list[str]) -> list[dict[str, Any]]:
        """Return the objects that exist among these ids, with all that is imported."""
        return self.search_read(self._fields, {"id": {"in": external_ids}})

    def search(self, filters: dict[str, Any] | None = None) -> list[str]:
        """Return the ids of the objects that match a filter of the shop."""
        return [row["id"] for row in self.search_read("id", filters)]

    def search_read(
        self, fields: str, filters: dict[str, Any] | None = None
    ) -> list[dict[str, Any]]:
        """Return some fields (GraphQL, with ``id``) of all the matching objects.

        Pages are sorted by id: an object that changes meanwhile keeps its place. When
        one disappears, the others move up, and the reading starts again.
        """
        rows: dict[str, dict[str, Any]] = {}
        total = 0
        for page in self._pages(fields, filters or {}):
            if page["totalItems"] < total:
                return self.search_read(fields, filters)
            total = page["totalItems"]
            rows.update((row["id"], row) for row in page["items"])
        return list(rows.values())

    def search_changes(
        self, since: str | None, filters: dict[str, Any] | None = None
    ) -> Iterable[tuple[str, str]]:
        """Return id and date of change of what changed after a date of the shop."""
        changed = {"updatedAt": {"after": since}} if since else {}
        rows = self.search_read("id updatedAt", {**(filters or {}), **changed})
        return [(row["id"], row["updatedAt"]) for row in rows]

    def _pages(self, fields: str, filters: dict) -> Iterator[dict[str, Any]]:
        skip, total = 0, 1
        while skip < total:
            page = self._page(
                fields,
                {
                    "skip": skip,
                    "take": PAGE_SIZE,
                    "sort": {"id": "ASC"},
                    "filter": filters,
                },
            )
            yield page
            skip, total = skip + PAGE_SIZE, page["totalItems"]

    def _page(self, fields: str, options: dict[str, Any]) -> dict[str, Any]:
        kind = self._object[0].upper() + self._object[1:]
        query = (
            "query($o: %sListOptions) { %ss(options: $o) { totalItems items { %s } } }"
        )
        (page,) = self.query(query % (kind, self._object, fields), o=options).values()
        return page
