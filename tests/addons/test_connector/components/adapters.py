# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# These are no models: read(), create() and write() are not those of the ORM.
# pylint: disable=method-required-super
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from odoo.addons.component.core import AbstractComponent, Component


class TestBinder(Component):
    _name = "test.binder"
    _inherit = "base.binder"
    _collection = "test.backend"


class TestPlainBinder(Component):
    _name = "test.plain.binder"
    _inherit = "base.binder"
    _collection = "test.plain.backend"


class TestMemoryAdapter(AbstractComponent):
    """Adapter of the backend in memory."""

    _name = "test.memory.adapter"
    _inherit = "base.backend.adapter.crud"
    _collection = "test.backend"

    _resource = ""

    def search(self, filters: dict[str, Any] | None = None) -> list[Any]:
        return self.work.memory.search(self._resource, filters)

    def search_changes(
        self, since: str | None, filters: dict[str, Any] | None = None
    ) -> Iterator[tuple[Any, str | None]]:
        return self.work.memory.changes(self._resource, since)

    def server_time(self) -> str:
        return f"{self.work.memory.now.isoformat()}Z"

    def read(self, external_id: Any) -> dict[str, Any]:
        return self.work.memory.read(self._resource, external_id)

    def create(self, data: dict[str, Any]) -> str:
        return self.work.memory.create(self._resource, data)

    def write(self, external_id: Any, data: dict[str, Any]) -> None:
        self.work.memory.write(self._resource, external_id, data)

    def delete(self, external_id: Any) -> None:
        self.work.memory.delete(self._resource, external_id)


class TestItemAdapter(Component):
    _name = "test.item.adapter"
    _inherit = "test.memory.adapter"
    _apply_on = "test.item.binding"
    _resource = "items"


class TestGroupAdapter(Component):
    _name = "test.group.adapter"
    _inherit = "test.memory.adapter"
    _apply_on = "test.group"
    _resource = "groups"


class TestOrderAdapter(Component):
    _name = "test.order.adapter"
    _inherit = "test.memory.adapter"
    _apply_on = "test.order"
    _resource = "orders"

    def read_many(self, external_ids: list[Any]) -> list[dict[str, Any]]:
        return self.work.memory.read_many(self._resource, external_ids)


class TestHttpAdapter(Component):
    """Adapter to test over real HTTP."""

    _name = "test.http.adapter"
    _inherit = "base.http.adapter"
    _collection = "test.backend"
    _usage = "test.http.adapter"


class TestAnyHttpAdapter(Component):
    """Adapter of the backend that has nothing but an address."""

    _name = "test.any.http.adapter"
    _inherit = "base.http.adapter"
    _collection = "test.http.backend"


class TestGraphQLAdapter(Component):
    """Pages of two things, told by total; a refusal has a code."""

    _name = "test.graphql.adapter"
    _inherit = "base.graphql.adapter"
    _collection = "test.http.backend"
    _apply_on = "test.thing"
    _usage = "graphql.adapter"

    _documents = "test_connector/graphql"
    _objects = {"test.thing": "Thing"}

    def _page(
        self, fields: str, filters: dict[str, Any], position: int
    ) -> tuple[list[dict[str, Any]], int]:
        query = f"query ($skip: Int) {{ things(skip: $skip) {{ {fields} }} }}"
        page = self._query(query, skip=position, filter=filters)
        return page["items"], page["total"]

    def _changed_since(self, since: str) -> dict[str, Any]:
        return {"after": since}

    def _refusal(self, answer: Any) -> tuple[str, str] | None:
        if isinstance(answer, dict) and "code" in answer:
            return answer["code"], answer["text"]
        return None
