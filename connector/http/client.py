# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Calls to one backend, with time limits, retries and errors that say why."""

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urljoin

import requests
from requests.auth import AuthBase
from urllib3.exceptions import NewConnectionError

from .errors import (
    HttpConnectError,
    HttpError,
    HttpNetworkError,
    HttpRequestError,
    HttpTimeoutError,
    UnsafeUrlError,
    status_error,
)
from .excerpt import excerpts
from .formats import Formats
from .redact import auth_secrets, redact_url
from .retry import IDEMPOTENT, RetryPolicy, retry_after_seconds
from .safety import UrlPolicy, guarded_session, same_origin

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Self

    from .pagination import Pagination
    from .throttle import Throttle

__all__ = ["CallInfo", "HttpClient"]

_logger = logging.getLogger(__name__)

MAX_REDIRECTS = 5
REDIRECTS = frozenset((301, 302, 303, 307, 308))


class CallInfo(NamedTuple):
    """One call, as it may be logged: without secrets."""

    method: str
    url: str
    status: int | None
    seconds: float
    error: str | None
    attempt: int = 1
    #: start of what was sent, and of the answer
    request: str = ""
    response: str = ""


@dataclass(frozen=True)
class _Settings:
    """What makes two clients interchangeable."""

    base_url: str
    auth: AuthBase | None
    timeout: tuple[float, float]
    retries: RetryPolicy
    policy: UrlPolicy
    headers: tuple[tuple[str, str], ...]
    verify: bool | str
    proxies: tuple[tuple[str, str], ...]


class HttpClient(Formats):
    """Client of one backend; it keeps its connections open.

    To be used by one thread at a time, and closed (it is a context manager).
    Redirects are followed within the same server only, because keys in headers
    would follow them elsewhere.

    :param base_url: what relative paths are joined to
    :param timeout: seconds to connect, seconds between two pieces of an answer
    :param verify: False, or the path of a bundle of certificates
    :param on_call: called with a ``CallInfo`` after each call
    :param throttle: asked before each call, so that they keep to a rate
    :param sleep: how to wait between two attempts
    """

    def __init__(
        self,
        base_url: str,
        auth: AuthBase | None = None,
        timeout: tuple[float, float] = (5, 30),
        retries: RetryPolicy | int | None = None,
        *,
        policy: UrlPolicy | None = None,
        headers: Mapping[str, str] | None = None,
        verify: bool | str = True,
        proxies: Mapping[str, str] | None = None,
        on_call: Callable[[CallInfo], None] | None = None,
        throttle: Throttle | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if retries is None:
            retries = RetryPolicy()
        elif isinstance(retries, int):
            retries = RetryPolicy(total=retries)
        if not timeout or None in timeout:
            raise ValueError(f"a call must have time limits, got timeout={timeout!r}")
        self.settings = _Settings(
            base_url=base_url.rstrip("/") + "/",
            auth=auth,
            timeout=(timeout[0], timeout[1]),
            retries=retries,
            policy=policy or UrlPolicy(),
            headers=tuple((headers or {}).items()),
            verify=verify,
            proxies=tuple((proxies or {}).items()),
        )
        self.settings.policy.check_url(base_url)
        self.on_call = on_call
        self.throttle = throttle
        self._sleep = sleep
        self._open_session: requests.Session | None = None
        #: the last answer, whose headers tell limits and the time of the backend
        self.last_response: requests.Response | None = None

    def __repr__(self) -> str:
        return f"HttpClient({redact_url(self.settings.base_url)!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections; the client may still be used, and opens new ones."""
        if self._open_session is not None:
            self._open_session.close()
            self._open_session = None

    # Calls

    def request(
        self,
        method: str,
        path: str,
        *,
        idempotent: bool | None = None,
        timeout: tuple[float, float] | None = None,
        expected: tuple[int, ...] = (),
        **kwargs: Any,
    ) -> requests.Response:
        """Send a request and return the answer, whose status is below 300.

        :param path: path below the base URL, or an address of the same server
        :param idempotent: the call may be repeated when nobody knows whether it
            was received; by default when its method says so
        :param timeout: instead of those of the client
        :param expected: statuses that are no error either
        :param kwargs: as for ``requests``: params, json, data, headers...
        :raises HttpError: one of its subclasses
        """
        url = self.url(path)
        method = method.upper()
        kwargs["timeout"] = timeout
        if idempotent is None:
            idempotent = method in IDEMPOTENT
        for _hop in range(MAX_REDIRECTS + 1):
            url = self.url(path)
            response = self._send(method, url, idempotent, expected, kwargs)
            if not _is_redirect(response, expected):
                return response
            path = urljoin(url, response.headers["Location"])
            kwargs["params"] = None
        raise HttpRequestError(
            f"{redact_url(url)} redirects more than {MAX_REDIRECTS} times"
        )

    def get(self, path: str, **kwargs: Any) -> requests.Response:
        """Send a GET request; see ``request()``."""
        return self.request("GET", path, **kwargs)

    def post(self, path: str, **kwargs: Any) -> requests.Response:
        """Send a POST request; see ``request()``."""
        return self.request("POST", path, **kwargs)

    def put(self, path: str, **kwargs: Any) -> requests.Response:
        """Send a PUT request; see ``request()``."""
        return self.request("PUT", path, **kwargs)

    def patch(self, path: str, **kwargs: Any) -> requests.Response:
        """Send a PATCH request; see ``request()``."""
        return self.request("PATCH", path, **kwargs)

    def delete(self, path: str, **kwargs: Any) -> requests.Response:
        """Send a DELETE request; see ``request()``."""
        return self.request("DELETE", path, **kwargs)

    def paginate(
        self, path: str, pagination: Pagination, **kwargs: Any
    ) -> Iterator[Any]:
        """Yield the items of all pages; see ``connector.http.pagination``."""
        return pagination.items(self, path, **kwargs)

    def url(self, path: str) -> str:
        """Return the address of ``path``.

        :raises UnsafeUrlError: it is of another server
        """
        base = self.settings.base_url
        if not path:
            return base.rstrip("/")
        if "://" not in path:
            path = path.lstrip("/")
        url = urljoin(base, path)
        self.settings.policy.check_url(url)
        if not same_origin(base, url):
            raise UnsafeUrlError(
                f"{redact_url(url)!r} is not on the server of {redact_url(base)!r}"
            )
        return url

    # Internal

    def _send(
        self,
        method: str,
        url: str,
        idempotent: bool,
        expected: tuple[int, ...],
        kwargs: dict[str, Any],
    ) -> requests.Response:
        """Send a request, several times if need be."""
        retries = self.settings.retries
        for attempt in itertools.count(1):
            self._wait_for_turn()
            try:
                response = self._send_once(method, url, kwargs, attempt)
            except HttpNetworkError as exc:
                received = not isinstance(exc, HttpConnectError)
                wait = retries.wait_after_error(attempt, received, idempotent)
                error: HttpError = exc
            else:
                status = response.status_code
                if status < 300 or status in expected:
                    return response
                if method in ("GET", "HEAD") and _is_redirect(response, expected):
                    return response
                after = retry_after_seconds(response.headers.get("Retry-After"))
                body = response.text
                error = status_error(method, redact_url(url), status, body, after)
                if after and self.throttle is not None:
                    self.throttle.close(after)
                wait = retries.wait_after_status(attempt, status, after, idempotent)
            if wait is None:
                raise error
            _logger.info("%s; again in %.1f s", str(error)[:200], wait)
            self._sleep(wait)
        raise AssertionError("unreachable")

    def _wait_for_turn(self) -> None:
        """Wait until the rate of the backend allows the next call."""
        wait = self.throttle.acquire() if self.throttle is not None else 0
        if wait > 0:
            self._sleep(wait)

    def _send_once(
        self, method: str, url: str, kwargs: dict[str, Any], attempt: int
    ) -> requests.Response:
        started, status, error = time.monotonic(), None, None
        response = None
        # Their messages may show the whole address: they are chained, not quoted.
        try:
            response = self._session.request(
                method, url, allow_redirects=False, **kwargs
            )
            status, self.last_response = response.status_code, response
            return response
        except requests.RequestException as exc:
            failure = _network_error(exc, f"{method} {redact_url(url)}")
            error = type(failure).__name__
            raise failure from exc
        finally:
            seconds = time.monotonic() - started
            whole = redact_url(url if response is None else response.url)
            call = CallInfo(method, whole, status, seconds, error, attempt)
            self._log(call, response, kwargs)

    @property
    def _session(self) -> requests.Session:
        if self._open_session is None:
            settings = self.settings
            session = guarded_session(settings.policy, settings.timeout)
            session.headers.update(settings.headers)
            session.auth = settings.auth
            session.verify = settings.verify
            session.proxies.update(settings.proxies)
            self._open_session = session
        return self._open_session

    def _log(
        self,
        call: CallInfo,
        response: requests.Response | None,
        kwargs: dict[str, Any],
    ) -> None:
        _logger.debug(
            "%s %s -> %s in %.3f s", call.method, call.url, call.status, call.seconds
        )
        if self.on_call is not None:
            secrets = auth_secrets(self.settings.auth)
            sent, received = excerpts(response, kwargs, secrets)
            self.on_call(call._replace(request=sent, response=received))


def _is_redirect(response: requests.Response, expected: tuple[int, ...]) -> bool:
    status = response.status_code
    return (
        status in REDIRECTS
        and status not in expected
        and bool(response.headers.get("Location"))
    )


def _network_error(exc: requests.RequestException, call: str) -> HttpNetworkError:
    """Return what went wrong, told apart by whether the backend got the call."""
    name = type(exc).__name__
    reason = getattr(exc.args[0], "reason", None) if exc.args else None
    if isinstance(exc, requests.ConnectTimeout) or isinstance(
        reason, NewConnectionError
    ):
        return HttpConnectError(f"{call}: no connection ({name})")
    if isinstance(exc, requests.Timeout):
        return HttpTimeoutError(f"{call}: no answer in time ({name})")
    return HttpNetworkError(f"{call}: {name}")
