# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from odoo.tools import file_open

from odoo.addons.component.core import AbstractComponent
from odoo.addons.connector.exception import IDMissingInBackend, InvalidDataError

PAGE_SIZE = 1000  # the most a page of the shop may hold


@cache
def document(name: str) -> str:
    """Return a document of GraphQL: an operation, or the fields of an object."""
    with file_open(f"connector_example/graphql/{name}.graphql") as file:
        return file.read()


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

    _object: str  # the type of the object: "Product"; its list is "products"

    def execute(self, name: str, **variables: Any) -> Any:
        """Return the answer to the operation of this document, refusals raised."""
        (answer,) = self.graphql(document(name), variables).values()
        if isinstance(answer, dict) and "errorCode" in answer:
            raise VendureError(answer["errorCode"], answer["message"])
        return answer

    def create(self, data: dict[str, Any]) -> str:
        """Create the object, and return its id."""
        return self.execute(f"create{self._object}", input=data)["id"]

    def write(self, external_id: str, data: dict[str, Any]) -> None:
        """Update the object."""
        self.execute(f"update{self._object}", input={"id": external_id, **data})

    def read(self, external_id: str) -> dict[str, Any]:
        """Return one object; IDMissingInBackend when the shop has it no more."""
        for record in self.read_many([external_id]):
            return record
        raise IDMissingInBackend(f"The shop has no {self._object} {external_id}.")

    def read_many(self, external_ids: list[str]) -> list[dict[str, Any]]:
        """Return the objects that exist among these ids, with all that is imported."""
        return self.search_read("...Fields", {"id": {"in": external_ids}})

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
        options = {"take": PAGE_SIZE, "sort": {"id": "ASC"}, "filter": filters}
        list_name = f"{self._object[0].lower()}{self._object[1:]}s"
        query = (
            f"query ($o: {self._object}ListOptions) "
            f"{{ {list_name}(options: $o) {{ totalItems items {{ {fields} }} }} }}"
        )
        if "...Fields" in fields:
            query += document(self._object)
        skip, total = 0, 1
        while skip < total:
            (page,) = self.graphql(query, {"o": {**options, "skip": skip}}).values()
            yield page
            skip, total = skip + PAGE_SIZE, page["totalItems"]
