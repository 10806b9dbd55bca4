# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Lists that come page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from .errors import HttpResponseError

if TYPE_CHECKING:
    import requests

    from .client import HttpClient

__all__ = [
    "CursorPagination",
    "LinkPagination",
    "NextPage",
    "OffsetPagination",
    "Page",
    "PagePagination",
    "Pagination",
    "iterate_pages",
]

MAX_PAGES = 100_000


class Page(NamedTuple):
    """A page that came: how it was asked for, and what it holds."""

    params: dict[str, Any]
    payload: Any
    items: list[Any]
    response: requests.Response


class NextPage(NamedTuple):
    """What asks for the page after one."""

    params: dict[str, Any]
    #: None: the same as before.
    path: str | None = None


@dataclass(frozen=True)
class Pagination:
    """A way of asking for the next page.

    :param items_path: keys, joined by dots, that lead to the list of a page;
        empty = the answer is the list
    """

    items_path: str = ""
    max_pages: int = MAX_PAGES
    method: ClassVar[str] = "GET"

    def items(self, client: HttpClient, path: str, **kwargs: Any) -> Iterator[Any]:
        """Yield the items of all pages of ``path``.

        :raises HttpResponseError: a page has no list, or the pages have no end
        """
        params = dict(kwargs.pop("params", None) or {})
        params.update(self.first())
        for _page in range(self.max_pages):
            response = client.request(self.method, path, params=params, **kwargs)
            payload = client.decode(response)
            items = self.items_of(payload, response.url)
            yield from items
            following = self.following(Page(params, payload, items, response))
            if following is None:
                return
            if following == NextPage(params):
                raise HttpResponseError(f"the page after {params} is the same again")
            path, params = following.path or path, following.params
        raise HttpResponseError(f"more than {self.max_pages} pages of {path!r}")

    def first(self) -> dict[str, Any]:
        """Return the parameters of the first page."""
        return {}

    def following(self, page: Page) -> NextPage | None:
        """Return the page after this one, None after the last."""
        raise NotImplementedError

    def items_of(self, payload: Any, url: str) -> list[Any]:
        """Return the list of a page."""
        items = dig(payload, self.items_path)
        if not isinstance(items, list):
            raise HttpResponseError(
                f"{url.partition('?')[0]}: no list at {self.items_path or 'the root'!r}"
            )
        return items


@dataclass(frozen=True)
class PagePagination(Pagination):
    """Numbered pages, until one is not full."""

    page_param: str = "page"
    size_param: str = "per_page"
    size: int = 100
    start: int = 1

    def first(self) -> dict[str, Any]:
        """Return number and size of the first page."""
        return {self.page_param: self.start, self.size_param: self.size}

    def following(self, page: Page) -> NextPage | None:
        """Return the next number."""
        if len(page.items) < self.size:
            return None
        number = page.params[self.page_param] + 1
        return NextPage({**page.params, self.page_param: number})


@dataclass(frozen=True)
class OffsetPagination(Pagination):
    """Slices (skip and take, offset and limit), until one is empty or all is there.

    :param total_path: where the answer tells how many items there are
    """

    offset_param: str = "offset"
    size_param: str = "limit"
    size: int = 100
    total_path: str = ""

    def first(self) -> dict[str, Any]:
        """Return the first slice."""
        return {self.offset_param: 0, self.size_param: self.size}

    def following(self, page: Page) -> NextPage | None:
        """Return the next slice."""
        offset = page.params[self.offset_param] + len(page.items)
        total = dig(page.payload, self.total_path) if self.total_path else None
        if not page.items or (total is not None and offset >= int(total)):
            return None
        if total is None and len(page.items) < self.size:
            return None
        return NextPage({**page.params, self.offset_param: offset})


@dataclass(frozen=True)
class CursorPagination(Pagination):
    """Each page names the next one.

    :param next_path: where the answer has the cursor; absent or null at the end
    """

    cursor_param: str = "cursor"
    next_path: str = "next"

    def following(self, page: Page) -> NextPage | None:
        """Return the cursor of the next page."""
        cursor = dig(page.payload, self.next_path)
        if not cursor:
            return None
        return NextPage({**page.params, self.cursor_param: cursor})


@dataclass(frozen=True)
class LinkPagination(Pagination):
    """The header ``Link`` has the address of the next page."""

    def following(self, page: Page) -> NextPage | None:
        """Return the address of the next page; it has all the parameters."""
        link = page.response.links.get("next", {}).get("url")
        return NextPage({}, link) if link else None


def dig(payload: Any, path: str) -> Any:
    """Return what is at ``path``, keys joined by dots; None when there is nothing."""
    for key in path.split(".") if path else ():
        if not isinstance(payload, dict):
            return None
        payload = payload.get(key)
    return payload


def iterate_pages(
    fetch: Callable[[int, int], tuple[list[Any], int | None]], size: int = 100
) -> Iterator[Any]:
    """Yield the items of all the slices that ``fetch(skip, take)`` returns.

    For lists that are not asked for with GET, like those of GraphQL: ``fetch`` also
    returns the total, or None when it is not known.
    """
    skip = 0
    while True:
        items, total = fetch(skip, size)
        yield from items
        skip += len(items)
        if not items or (total is not None and skip >= total):
            return
        if total is None and len(items) < size:
            return
