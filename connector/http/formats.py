# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a client sends and reads: JSON, XML and GraphQL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import requests
from lxml import etree

from .errors import GraphQLError, HttpResponseError
from .redact import redact_url

__all__ = ["Formats"]


class Formats:
    """The part of a client that knows how bodies are written."""

    def request(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        """Send a request and return the answer."""
        raise NotImplementedError(f"{type(self).__name__} sends nothing")

    def url(self, path: str) -> str:
        """Return the address of ``path``."""
        raise NotImplementedError(f"{type(self).__name__} has no address")

    def json(self, method: str, path: str, **kwargs: Any) -> Any:
        """Send a request and return the JSON of the answer, None when it is empty.

        :raises HttpResponseError: the answer is not JSON
        """
        headers = {"Accept": "application/json", **(kwargs.pop("headers", None) or {})}
        return self.decode(self.request(method, path, headers=headers, **kwargs))

    def xml(self, method: str, path: str, **kwargs: Any) -> etree._Element | None:
        """Send a request and return the root of the XML answer, None when empty.

        Nothing that the answer refers to is read: neither entities nor other files.

        :param kwargs: as for ``request()``; ``data`` may be an element
        :raises HttpResponseError: the answer is not XML
        """
        headers = {"Accept": "application/xml", **(kwargs.pop("headers", None) or {})}
        if isinstance(kwargs.get("data"), etree._Element):
            kwargs["data"] = etree.tostring(
                kwargs["data"], encoding="utf-8", xml_declaration=True
            )
            headers.setdefault("Content-Type", "application/xml; charset=utf-8")
        response = self.request(method, path, headers=headers, **kwargs)
        if not response.content:
            return None
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        )
        try:
            return etree.fromstring(response.content, parser)
        except etree.XMLSyntaxError as exc:
            raise _unreadable(response, "XML") from exc

    def graphql(
        self,
        query: str,
        variables: Mapping[str, Any] | None = None,
        path: str = "",
        idempotent: bool | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """Run a GraphQL operation and return its ``data``.

        A query is repeated when the network fails, a mutation is not.

        :raises GraphQLError: the answer has errors, even with a status of 200
        """
        if idempotent is None:
            idempotent = query.lstrip().startswith(("query", "{"))
        answer = self.json(
            "POST",
            path,
            json={"query": query, "variables": dict(variables or {})},
            idempotent=idempotent,
            headers=headers,
            # Refused operations come with 400 and the reason in the body.
            expected=(400, 422),
        )
        if not isinstance(answer, dict) or not ("data" in answer or "errors" in answer):
            raise HttpResponseError(
                f"{redact_url(self.url(path))} gave no GraphQL answer: "
                f"{str(answer)[:200]}"
            )
        errors = answer.get("errors")
        if errors:
            text = "; ".join(str(error.get("message", error)) for error in errors)
            raise GraphQLError(
                f"{redact_url(self.url(path))} refused the operation: {text}",
                errors,
                answer.get("data"),
            )
        data: dict[str, Any] = answer["data"]
        return data

    def decode(self, response: requests.Response) -> Any:
        """Return the JSON of an answer, None when it is empty.

        :raises HttpResponseError: it is not JSON
        """
        if not response.content:
            return None
        try:
            return response.json()
        except ValueError as exc:
            raise _unreadable(response, "JSON") from exc


def _unreadable(response: requests.Response, wanted: str) -> HttpResponseError:
    kind = response.headers.get("Content-Type", "no content type")
    return HttpResponseError(
        f"{redact_url(response.url)} answered {response.status_code} with {kind} "
        f"instead of {wanted}: {response.text[:200]}",
        status=response.status_code,
        body=response.text[:500],
    )
