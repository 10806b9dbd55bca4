# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from ..http import (
    CursorPagination,
    HttpResponseError,
    LinkPagination,
    OffsetPagination,
    PagePagination,
)
from ..http.pagination import iterate_pages
from ..testing.http_server import Answer
from .test_http_client import HttpCase


class TestPagination(HttpCase):
    def _items(self, pagination: object, *answers: Answer, **kwargs: object) -> list:
        self.server.answer(*answers)
        return [*self.client().paginate("x", pagination, **kwargs)]

    def test_pages(self) -> None:
        items = self._items(
            PagePagination("data.list", size=2),
            Answer(json={"data": {"list": [1, 2]}}),
            Answer(json={"data": {"list": [3, 4]}}),
            Answer(json={"data": {"list": []}}),
            params={"q": "a"},
        )
        self.assertEqual(items, [1, 2, 3, 4])
        self.assertEqual(
            self.paths(), [f"/x?q=a&page={page}&per_page=2" for page in (1, 2, 3)]
        )

    def test_offset(self) -> None:
        items = self._items(
            OffsetPagination(offset_param="skip", size_param="take", size=2),
            Answer(json=[1, 2]),
            Answer(json=[3]),
        )
        self.assertEqual(items, [1, 2, 3])
        self.assertEqual(self.paths(), ["/x?skip=0&take=2", "/x?skip=2&take=2"])

    def test_offset_with_total_and_a_server_that_gives_less(self) -> None:
        items = self._items(
            OffsetPagination("items", total_path="total", size=100),
            Answer(json={"items": [1, 2], "total": 3}),
            Answer(json={"items": [3], "total": 3}),
        )
        self.assertEqual(items, [1, 2, 3])
        self.assertEqual(self.paths()[1], "/x?offset=2&limit=100")

    def test_cursor(self) -> None:
        items = self._items(
            CursorPagination("items", next_path="page.next"),
            Answer(json={"items": [1], "page": {"next": "c2"}}),
            Answer(json={"items": [], "page": {"next": "c3"}}),
            Answer(json={"items": [2], "page": {"next": None}}),
        )
        self.assertEqual(items, [1, 2])
        self.assertEqual(self.paths(), ["/x", "/x?cursor=c2", "/x?cursor=c3"])

    def test_cursor_that_does_not_move(self) -> None:
        page = Answer(json={"items": [1], "next": "c"})
        with self.assertRaisesRegex(HttpResponseError, "same again"):
            self._items(CursorPagination("items"), page, page, page)

    def test_link_header(self) -> None:
        link = f'<{self.server.url}/x?page=2>; rel="next", </x>; rel="first"'
        items = self._items(
            LinkPagination(),
            Answer(json=[1], headers={"Link": link}),
            Answer(json=[2]),
            params={"q": "a"},
        )
        self.assertEqual(items, [1, 2])
        self.assertEqual(self.paths(), ["/x?q=a", "/x?page=2"])

    def test_no_list(self) -> None:
        for answer in ({"items": {}}, {}, []):
            with self.assertRaisesRegex(HttpResponseError, "no list at 'items'"):
                self._items(PagePagination("items"), Answer(json=answer))

    def test_end_of_patience(self) -> None:
        with self.assertRaisesRegex(HttpResponseError, "more than 2 pages"):
            self._items(PagePagination(size=1, max_pages=2), *[Answer(json=[1])] * 5)

    def test_items_come_before_the_next_page_is_asked_for(self) -> None:
        self.server.answer(Answer(json=[1]), Answer(json=[2]))
        items = self.client().paginate("x", PagePagination(size=1))
        self.assertEqual(next(items), 1)
        self.assertEqual(len(self.server.requests), 1)

    def test_slices_of_a_function(self) -> None:
        data, asked = list(range(6)), []

        def fetch(skip: int, take: int) -> tuple[list[int], int | None]:
            asked.append(skip)
            return data[skip : skip + take], totals[0]

        totals: list[int | None] = [6]
        self.assertEqual([*iterate_pages(fetch, 3)], data)
        self.assertEqual(asked, [0, 3], "the total tells the end")
        totals[0] = None
        asked.clear()
        self.assertEqual([*iterate_pages(fetch, 3)], data)
        self.assertEqual(asked, [0, 3, 6], "an empty page tells the end")
