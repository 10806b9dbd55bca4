# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from typing import Any

from odoo.addons.connector.components.graphql_adapter import document
from odoo.addons.connector.exception import BackendRefusedError, IDMissingInBackend
from odoo.addons.connector.testing import case
from odoo.addons.connector.testing.http_server import Answer, HttpServer


class TestGraphQLAdapter(case.ConnectorCase):
    backend_model = "test.http.backend"

    def setUp(self) -> None:
        super().setUp()
        self.server = self.enterContext(HttpServer())
        self.backend.location = self.server.url
        work = self.enterContext(self.work_on("test.thing"))
        self.adapter = work.component(usage="graphql.adapter")

    def answer(self, **data: Any) -> None:
        """Answer the next request with these data."""
        self.server.answer(Answer(json={"data": data}))

    def page(self, *ids: str, total: int) -> None:
        """Answer the next request with a page of things."""
        self.answer(things={"items": [{"id": id_} for id_ in ids], "total": total})

    def sent(self) -> dict[str, Any]:
        """Return the last request."""
        return self.server.requests[-1].json

    def test_document_has_the_fragments_that_it_spreads(self) -> None:
        text = document("test_connector/graphql", "Thing")
        self.assertEqual(text.count("fragment "), 2)
        self.assertIn("place { name }", text)

    def test_document_that_does_not_exist(self) -> None:
        with self.assertRaisesRegex(FileNotFoundError, "Nothing.graphql"):
            document("test_connector/graphql", "Nothing")

    def test_read_many_asks_for_the_fragment(self) -> None:
        self.page("1", "2", total=2)
        self.assertEqual(len(self.adapter.read_many(["1", "2"])), 2)
        self.assertIn("fragment ThingPlace on Thing", self.sent()["query"])
        self.assertEqual(self.sent()["variables"]["filter"], {"id": ["1", "2"]})

    def test_read_of_what_is_not_there(self) -> None:
        self.page(total=0)
        with self.assertRaisesRegex(IDMissingInBackend, "no Thing 7"):
            self.adapter.read("7")

    def test_all_pages_are_read(self) -> None:
        self.page("1", "2", total=3)
        self.page("3", total=3)
        self.assertEqual(self.adapter.search(), ["1", "2", "3"])
        self.assertEqual(self.sent()["variables"]["skip"], 2)

    def test_starts_again_when_something_disappears(self) -> None:
        """The third thing moved up to the first page, and would be missed."""
        self.page("1", "2", total=3)
        self.page(total=2)
        self.page("1", "3", total=2)
        self.assertEqual(self.adapter.search(), ["1", "3"])

    def test_page_without_an_end_is_left(self) -> None:
        self.page("1", total=9)
        self.page(total=9)
        self.assertEqual(self.adapter.search(), ["1"])

    def dated(self, *rows: dict[str, Any]) -> None:
        """Answer the next request with things and their dates."""
        self.answer(things={"items": rows, "total": len(rows)})

    def test_changes_are_asked_for_by_their_date(self) -> None:
        self.dated({"id": "1", "updatedAt": "2026-11-23T09:00:00Z"})
        changes = self.adapter.search_changes("2026-11-23T08:00:00Z", {"kind": "tea"})
        self.assertEqual(list(changes), [("1", "2026-11-23T09:00:00Z")])
        self.assertIn("{ id updatedAt }", self.sent()["query"])
        self.assertEqual(
            self.sent()["variables"]["filter"],
            {"kind": "tea", "after": "2026-11-23T08:00:00Z"},
        )

    def test_change_of_a_part_changes_the_whole(self) -> None:
        """The first one changed in its second place, the last one not at all."""
        self.patch(self.adapter, "_dated_parts", ("places",))
        old, new = ({"updatedAt": f"2026-11-23T0{hour}:00:00Z"} for hour in (7, 9))
        rows = [
            {"id": "1", **old, "places": [old, new]},
            {"id": "2", **new, "places": []},
            {"id": "3", **old, "places": [old]},
        ]
        self.dated(*rows)
        changes = list(self.adapter.search_changes("2026-11-23T08:00:00Z"))
        self.assertEqual(changes, [("1", new["updatedAt"]), ("2", new["updatedAt"])])
        self.assertIn("places { updatedAt }", self.sent()["query"])
        self.assertFalse(self.sent()["variables"]["filter"])
        self.dated(*rows)
        self.assertEqual(len(list(self.adapter.search_changes(None))), 3)

    def test_create_in_a_list_and_update(self) -> None:
        self.answer(createThings=[{"id": "8"}])
        self.assertEqual(self.adapter.create({"title": "x"}), "8")
        self.answer(updateThing={"id": "8"})
        self.adapter.write("8", {"title": "y"})
        self.assertEqual(self.sent()["variables"]["input"], {"id": "8", "title": "y"})

    def test_refusal(self) -> None:
        self.answer(updateThing={"code": "SOLD", "text": "it is sold"})
        with self.assertRaisesRegex(BackendRefusedError, "it is sold") as refused:
            self.adapter.write("8", {"title": "y"})
        self.assertEqual(refused.exception.code, "SOLD")
