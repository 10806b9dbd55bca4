# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What can go wrong with a call, one class per cause."""

from __future__ import annotations

from typing import Any

__all__ = [
    "GraphQLError",
    "HttpAuthError",
    "HttpConflictError",
    "HttpConnectError",
    "HttpError",
    "HttpNetworkError",
    "HttpNotFoundError",
    "HttpOwnRateError",
    "HttpRateLimitError",
    "HttpRequestError",
    "HttpResponseError",
    "HttpServerError",
    "HttpTimeoutError",
    "UnsafeUrlError",
    "status_error",
]

MAX_BODY = 500  # characters of an answer in a message


class HttpError(Exception):
    """A call to the backend failed.

    :param status: HTTP status of the answer, None without answer
    :param body: start of the answer
    :param retry_after: seconds after which the backend wants to be called again
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        body: str = "",
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body = body
        self.retry_after = retry_after


class HttpNetworkError(HttpError):
    """The backend could not be reached, or the connection was cut."""


class HttpConnectError(HttpNetworkError):
    """No connection could be made: the backend did not get the call."""


class HttpTimeoutError(HttpNetworkError):
    """The backend did not answer in time."""


class HttpServerError(HttpError):
    """The backend failed: it answered a 5xx."""


class HttpRateLimitError(HttpError):
    """The backend wants fewer calls: 429, or 503 with Retry-After."""


class HttpOwnRateError(HttpRateLimitError):
    """No call was made: those we allow ourselves are used up."""


class HttpAuthError(HttpError):
    """The backend refuses the credentials: 401, 403."""


class HttpNotFoundError(HttpError):
    """The backend does not know this resource: 404, 410."""


class HttpConflictError(HttpError):
    """The resource is not in a state that allows the call: 409, 412."""


class HttpRequestError(HttpError):
    """The backend refuses the request as it is: any other 4xx, or a redirect."""


class HttpResponseError(HttpError):
    """The answer is not what was asked for, like HTML instead of JSON."""


class UnsafeUrlError(HttpError):
    """The address is not one that this client may call."""


class GraphQLError(HttpError):
    """The answer of a GraphQL backend has errors.

    :param errors: the errors as the backend wrote them
    :param data: the partial answer, if any
    """

    def __init__(
        self, message: str, errors: list[dict[str, Any]], data: Any = None
    ) -> None:
        super().__init__(message, status=200)
        self.errors = errors
        self.data = data

    @property
    def codes(self) -> set[str]:
        """Codes of the errors, like ``FORBIDDEN``."""
        return {
            str(error["extensions"]["code"])
            for error in self.errors
            if isinstance(error.get("extensions"), dict)
            and error["extensions"].get("code")
        }


def status_error(
    method: str, url: str, status: int, body: str, retry_after: int | None
) -> HttpError:
    """Return the error of an answer whose status is 300 or more."""
    cls: type[HttpError] = HttpRequestError
    if status == 429 or (status == 503 and retry_after is not None):
        cls = HttpRateLimitError
    elif status >= 500:
        cls = HttpServerError
    elif status in (401, 403):
        cls = HttpAuthError
    elif status in (404, 410):
        cls = HttpNotFoundError
    elif status in (409, 412):
        cls = HttpConflictError
    excerpt = body if len(body) <= MAX_BODY else f"{body[:MAX_BODY]}..."
    return cls(
        f"{method} {url} answered {status}: {excerpt}",
        status=status,
        body=excerpt,
        retry_after=retry_after,
    )
