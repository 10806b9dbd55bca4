# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How a request says who sends it. No secret appears in a repr, or in a log."""

from __future__ import annotations

import base64
import hashlib
import hmac
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import requests
from requests.auth import AuthBase

from .errors import HttpAuthError, HttpNetworkError, HttpResponseError
from .safety import UrlPolicy, guarded_session

__all__ = [
    "ApiKeyAuth",
    "BasicAuth",
    "BearerAuth",
    "HmacAuth",
    "OAuth2ClientCredentials",
]


@dataclass(frozen=True)
class BasicAuth(AuthBase):
    """User and password."""

    username: str
    password: str = field(repr=False)

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        token = base64.b64encode(f"{self.username}:{self.password}".encode()).decode()
        request.headers["Authorization"] = f"Basic {token}"
        return request


@dataclass(frozen=True)
class BearerAuth(AuthBase):
    """A token that does not expire, or that somebody else renews."""

    token: str = field(repr=False)

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self.token}"
        return request


@dataclass(frozen=True)
class ApiKeyAuth(AuthBase):
    """A key in a header, or in a parameter of the address."""

    key: str = field(repr=False)
    header: str | None = "X-API-Key"
    param: str | None = None

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self.param:
            parts = urlsplit(str(request.url))
            query = [*parse_qsl(parts.query, keep_blank_values=True)]
            query.append((self.param, self.key))
            request.url = urlunsplit(parts._replace(query=urlencode(query)))
        elif self.header:
            request.headers[self.header] = self.key
        return request


@dataclass(frozen=True)
class HmacAuth(AuthBase):
    """A signature over method, path with query, time and body.

    The text that is signed has one line for each. A backend that signs something
    else overrides ``text_to_sign()``.
    """

    key_id: str
    secret: str = field(repr=False)
    algorithm: str = "sha256"
    key_header: str = "X-Key-Id"
    time_header: str = "X-Timestamp"
    signature_header: str = "X-Signature"
    clock: Callable[[], float] = field(default=time.time, repr=False, compare=False)

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        timestamp = str(int(self.clock()))
        text = self.text_to_sign(request, timestamp)
        digest = getattr(hashlib, self.algorithm)
        signature = hmac.new(self.secret.encode(), text, digest).hexdigest()
        request.headers[self.key_header] = self.key_id
        request.headers[self.time_header] = timestamp
        request.headers[self.signature_header] = signature
        return request

    def text_to_sign(self, request: requests.PreparedRequest, timestamp: str) -> bytes:
        """Return what the signature is computed over."""
        head = f"{request.method}\n{request.path_url}\n{timestamp}\n".encode()
        body: Any = request.body or b""  # never a file: what we send is in memory
        return b"".join([head, body.encode() if isinstance(body, str) else body])


@dataclass
class OAuth2ClientCredentials(AuthBase):
    """A token that is fetched with client id and secret, and renewed in time.

    A request that is refused with 401 is sent once more with a new token.
    """

    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str = ""
    timeout: float = 30  # seconds
    early: float = 30  # seconds before its end when a token is renewed
    policy: UrlPolicy = field(default_factory=UrlPolicy, repr=False)
    clock: Callable[[], float] = field(
        default=time.monotonic, repr=False, compare=False
    )
    _token: str | None = field(default=None, init=False, repr=False, compare=False)
    _expires: float = field(default=0.0, init=False, repr=False, compare=False)
    _lock: threading.Lock = field(
        default_factory=threading.Lock, init=False, repr=False, compare=False
    )

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self.token()}"
        request.register_hook("response", self._again_when_refused)
        return request

    def token(self) -> str:
        """Return a valid token, fetched when needed."""
        with self._lock:
            if self._token is None or self.clock() >= self._expires - self.early:
                self._token = self._fetch()
            return self._token

    def forget(self, token: str | None = None) -> None:
        """Forget the token, when it still is ``token``."""
        with self._lock:
            if token is None or token == self._token:
                self._token = None

    def _fetch(self) -> str:
        """Return a new token, and take note of its end."""
        data = {"grant_type": "client_credentials"}
        if self.scope:
            data["scope"] = self.scope
        self.policy.check_url(self.token_url)
        limits = (self.timeout, self.timeout)
        try:
            with guarded_session(self.policy, limits) as session:
                response = session.post(
                    self.token_url,
                    data=data,
                    auth=(self.client_id, self.client_secret),
                    allow_redirects=False,
                )
        except requests.RequestException as exc:
            raise HttpNetworkError(
                f"no token from {self.token_url}: {type(exc).__name__}"
            ) from exc
        if response.status_code >= 500:
            raise HttpNetworkError(
                f"no token from {self.token_url}: it answered {response.status_code}",
                status=response.status_code,
            )
        if response.status_code != 200:
            raise HttpAuthError(
                f"{self.token_url} refuses the client {self.client_id!r}: it answered "
                f"{response.status_code}",
                status=response.status_code,
            )
        try:
            answer = response.json()
            token = str(answer["access_token"])
        except (ValueError, KeyError, TypeError) as exc:
            raise HttpResponseError(
                f"{self.token_url} answered without access_token"
            ) from exc
        self._expires = self.clock() + float(answer.get("expires_in") or 3600)
        return token

    def _again_when_refused(
        self, response: requests.Response, **kwargs: Any
    ) -> requests.Response:
        request = response.request
        if response.status_code != 401 or getattr(request, "oauth2_again", False):
            return response
        used = str(request.headers.get("Authorization", ""))
        self.forget(used.removeprefix("Bearer "))
        response.close()
        again = request.copy()
        vars(again)["oauth2_again"] = True
        again.headers["Authorization"] = f"Bearer {self.token()}"
        answer = response.connection.send(again, **kwargs)
        answer.history.append(response)
        answer.request = again
        return answer
