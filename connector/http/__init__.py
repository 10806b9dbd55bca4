# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A client of HTTP backends; it knows nothing of Odoo."""

from .auth import (
    ApiKeyAuth,
    BasicAuth,
    BearerAuth,
    HmacAuth,
    OAuth2ClientCredentials,
)
from .client import HttpClient
from .errors import (
    GraphQLError,
    HttpAuthError,
    HttpConflictError,
    HttpConnectError,
    HttpError,
    HttpNetworkError,
    HttpNotFoundError,
    HttpOwnRateError,
    HttpRateLimitError,
    HttpRequestError,
    HttpResponseError,
    HttpServerError,
    HttpTimeoutError,
    UnsafeUrlError,
)
from .pagination import (
    CursorPagination,
    LinkPagination,
    OffsetPagination,
    PagePagination,
)
from .pool import client_pool
from .retry import RetryPolicy
from .safety import UrlPolicy
from .throttle import Throttle

__all__ = [
    "ApiKeyAuth",
    "BasicAuth",
    "BearerAuth",
    "CursorPagination",
    "GraphQLError",
    "HmacAuth",
    "HttpAuthError",
    "HttpClient",
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
    "LinkPagination",
    "OAuth2ClientCredentials",
    "OffsetPagination",
    "PagePagination",
    "RetryPolicy",
    "Throttle",
    "UnsafeUrlError",
    "UrlPolicy",
    "client_pool",
]
