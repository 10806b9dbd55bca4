# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Signed messages to the servers of others, and to no server of our own network."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from socket import socket
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

SIGNATURE_HEADER: Final = "X-Queue-Job-Signature"
TIMESTAMP_HEADER: Final = "X-Queue-Job-Timestamp"
_TIMEOUT: Final = (5.0, 15.0)  # seconds to connect, to answer


class UnsafeUrlError(ValueError):
    """The address of a webhook may not be called."""


def sign(secret: str, timestamp: int, body: bytes) -> str:
    """Return the signature of a message: ``sha256=`` and HMAC of time, dot and body.

    ``timestamp``: seconds since 1970; a receiver refuses old ones.
    """
    message = b"%d." % timestamp + body
    return "sha256=" + hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def check_url(url: str, allow_private: bool = False) -> None:
    """Check the address as it is written.

    :raises UnsafeUrlError: naming the reason
    """
    parts = urlsplit(url)
    schemes = ("https", "http") if allow_private else ("https",)
    if parts.scheme not in schemes:
        raise UnsafeUrlError(f"{url!r} must start with {schemes[0]}://")
    if not parts.hostname:
        raise UnsafeUrlError(f"{url!r} names no host")
    if parts.username or parts.password:
        raise UnsafeUrlError(f"{parts.hostname!r}: no password in the address")


def check_peer(address: str, allow_private: bool = False) -> None:
    """Check the IP address that a name led to.

    :raises UnsafeUrlError: naming the reason
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    ip = getattr(ip, "ipv4_mapped", None) or ip
    # Where clouds show their credentials: never.
    if ip.is_link_local or ip.is_multicast or ip.is_unspecified:
        raise UnsafeUrlError(f"{ip} may not be called")
    if not allow_private and not ip.is_global:
        raise UnsafeUrlError(
            f"{ip} is inside the network of this server; set the system parameter "
            "queue_job.webhook_allow_private if it is meant to be there"
        )


def post(
    url: str, body: bytes, headers: dict[str, str], allow_private: bool = False
) -> requests.Response:
    """Send a JSON message; redirects are not followed.

    :raises UnsafeUrlError: before anything is sent
    :raises requests.RequestException: when nobody answers
    """
    check_url(url, allow_private)
    with requests.Session() as session:
        session.trust_env = False  # a proxy would hide who is called
        session.mount("https://", _GuardedAdapter(allow_private))
        session.mount("http://", _GuardedAdapter(allow_private))
        return session.post(
            url,
            data=body,
            headers={"Content-Type": "application/json", **headers},
            allow_redirects=False,
        )


class _GuardedAdapter(HTTPAdapter):
    """Looks at the address it is connected to before it sends.

    Looking up the name before would not do: it may lead elsewhere a moment later.
    """

    def __init__(self, allow_private: bool) -> None:
        self._allow_private = allow_private
        super().__init__()

    def send(
        self, request: requests.PreparedRequest, *args: Any, **kwargs: Any
    ) -> requests.Response:
        """Send a request, never without a time limit."""
        return super().send(request, *args, **{**kwargs, "timeout": _TIMEOUT})

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Use connections that are checked once they are made."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _guarded_pools(self._allow_private)


def _guarded(sock: socket, allow_private: bool) -> socket:
    try:
        check_peer(sock.getpeername()[0], allow_private)
    except UnsafeUrlError:
        sock.close()
        raise
    return sock


def _guarded_pools(allow_private: bool) -> dict[str, type[HTTPConnectionPool]]:
    # Not connect(): that one has already sent the beginning of TLS.

    class GuardedHTTPConnection(HTTPConnection):
        def _new_conn(self) -> socket:
            return _guarded(super()._new_conn(), allow_private)

    class GuardedHTTPSConnection(HTTPSConnection):
        def _new_conn(self) -> socket:
            return _guarded(super()._new_conn(), allow_private)

    class GuardedHTTPPool(HTTPConnectionPool):
        ConnectionCls = GuardedHTTPConnection

    class GuardedHTTPSPool(HTTPSConnectionPool):
        ConnectionCls = GuardedHTTPSConnection

    return {"http": GuardedHTTPPool, "https": GuardedHTTPSPool}
