# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The adapter of the backends that speak HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from odoo.addons.component.core import AbstractComponent
from odoo.addons.queue_job.exception import FailedJobError

from ..exception import (
    IDMissingInBackend,
    InvalidDataError,
    NetworkRetryableError,
)
from ..http.errors import (
    GraphQLError,
    HttpAuthError,
    HttpError,
    HttpNetworkError,
    HttpNotFoundError,
    HttpOwnRateError,
    HttpRateLimitError,
    HttpResponseError,
    HttpServerError,
)
from ..http.retry import IDEMPOTENT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..http.client import HttpClient
    from ..http.pagination import Pagination

__all__ = ["HttpAdapter"]

_RETRYABLE = (
    HttpNetworkError,
    HttpRateLimitError,
    HttpResponseError,
    HttpServerError,
)


class HttpAdapter(AbstractComponent):
    """Adapter over the HTTP client of the backend, with the errors of connectors.

    ===============================  ==================================
    what happened                    what is raised
    ===============================  ==================================
    no network, time-out, 5xx, 429,  ``NetworkRetryableError``, with the
    an answer that is not JSON       seconds of Retry-After
    404, 410                         ``IDMissingInBackend``
    401, 403                         ``FailedJobError``
    any other 4xx, GraphQL errors    ``InvalidDataError``
    ===============================  ==================================
    """

    _name = "base.http.adapter"
    _inherit = "base.backend.adapter.crud"

    _retryable_graphql_codes = frozenset(("INTERNAL_SERVER_ERROR", "TIMEOUT"))
    _auth_graphql_codes = frozenset(("FORBIDDEN", "UNAUTHENTICATED", "UNAUTHORIZED"))

    #: header of the idempotency key
    _idempotency_header = "Idempotency-Key"
    #: the backend honours the key: a creation whose answer was lost is sent again at
    #: once, instead of failing the job
    _honours_idempotency = False

    @property
    def client(self) -> HttpClient:
        """HTTP client of the backend."""
        client = getattr(self.work, "http_client", None)
        if client is None:
            raise NotImplementedError(
                f"{self.backend_record!r} has no HTTP client: define _http_client() "
                f"on the backend, or give work_on(http_client=...)"
            )
        return client

    def call(self, method: str, path: str, **kwargs: Any) -> Any:
        """Send a request and return the JSON of the answer.

        What an exporter creates is sent with its idempotency key.
        """
        if method.upper() not in IDEMPOTENT:
            kwargs = self._with_idempotency_key(kwargs)
        with self.connector_errors():
            return self.client.json(method, path, **kwargs)

    def graphql(
        self,
        query: str,
        variables: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> dict[str, Any]:
        """Run a GraphQL operation and return its data."""
        if not query.lstrip().startswith(("query", "{")):
            kwargs = self._with_idempotency_key(kwargs)
        with self.connector_errors():
            return self.client.graphql(query, variables, **kwargs)

    def _with_idempotency_key(self, kwargs: dict[str, Any]) -> dict[str, Any]:
        """Return the arguments of a call, with the key of the creation in progress."""
        if not self.idempotency_key:
            return kwargs
        key = {self._idempotency_header: self.idempotency_key}
        return {
            "idempotent": self._honours_idempotency,
            **kwargs,
            "headers": {**key, **(kwargs.get("headers") or {})},
        }

    def xml(self, method: str, path: str, **kwargs: Any) -> Any:
        """Send a request and return the root of the XML answer."""
        with self.connector_errors():
            return self.client.xml(method, path, **kwargs)

    def paginate(
        self, path: str, pagination: Pagination, **kwargs: Any
    ) -> Iterator[Any]:
        """Yield the items of all pages."""
        with self.connector_errors():
            yield from self.client.paginate(path, pagination, **kwargs)

    def server_time(self) -> str | None:
        """Return the clock of the backend at its last answer, as ISO 8601 in UTC."""
        response = self.client.last_response
        header = response.headers.get("Date") if response is not None else None
        if not header:
            return None
        try:
            date = parsedate_to_datetime(header)
        except ValueError:
            return None
        return f"{date.astimezone(UTC).replace(tzinfo=None).isoformat()}Z"

    @contextmanager
    def connector_errors(self) -> Iterator[None]:
        """Raise the exceptions of connectors instead of those of HTTP."""
        try:
            yield
        except HttpError as exc:
            raise self._connector_error(exc) from exc

    def _connector_error(self, exc: HttpError) -> Exception:
        """Return the exception of connectors for one of HTTP."""
        if isinstance(exc, _RETRYABLE):
            return NetworkRetryableError(
                str(exc),
                seconds=exc.retry_after,
                # The job has tried nothing yet.
                ignore_retry=isinstance(exc, HttpOwnRateError),
            )
        if isinstance(exc, HttpNotFoundError):
            return IDMissingInBackend(str(exc))
        if isinstance(exc, HttpAuthError):
            return FailedJobError(self._refused(exc))
        if isinstance(exc, GraphQLError):
            return self._graphql_error(exc)
        return InvalidDataError(str(exc))

    def _graphql_error(self, exc: GraphQLError) -> Exception:
        if exc.codes & self._auth_graphql_codes:
            return FailedJobError(self._refused(exc))
        if exc.codes & self._retryable_graphql_codes:
            return NetworkRetryableError(str(exc))
        return InvalidDataError(str(exc))

    def _refused(self, exc: HttpError) -> str:
        return (
            f"{self.backend_record.display_name!r} refuses the credentials, check them "
            f"on the backend: {exc}"
        )
