# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which addresses a client may call, checked on the connection itself."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from .errors import UnsafeUrlError
from .redact import redact_url

__all__ = ["GuardedAdapter", "UrlPolicy", "guarded_session", "same_origin"]


@dataclass(frozen=True)
class UrlPolicy:
    """Addresses that may be called.

    Private networks are allowed by default, because shops and ERPs often share
    one. A hosted Odoo, whose users type the addresses, must refuse them. Link-local
    addresses (where clouds show their credentials), multicast and unspecified ones
    are always refused.
    """

    schemes: tuple[str, ...] = ("https", "http")
    allow_private: bool = True

    def check_url(self, url: str) -> None:
        """Check scheme and host.

        :raises UnsafeUrlError: naming the reason
        """
        parts = urlsplit(url)
        if parts.scheme not in self.schemes:
            raise UnsafeUrlError(
                f"{redact_url(url)!r} must start with "
                f"{' or '.join(f'{scheme}://' for scheme in self.schemes)}"
            )
        if not parts.hostname:
            raise UnsafeUrlError(f"{redact_url(url)!r} names no host")

    def check_peer(self, address: str, host: str) -> None:
        """Check the address that a host name led to.

        :raises UnsafeUrlError: naming the reason
        """
        ip = ipaddress.ip_address(address.partition("%")[0])
        ip = getattr(ip, "ipv4_mapped", None) or ip
        if ip.is_link_local or ip.is_multicast or ip.is_unspecified:
            raise UnsafeUrlError(f"{host!r} leads to {ip}, which no backend may use")
        if not self.allow_private and not ip.is_global:
            raise UnsafeUrlError(
                f"{host!r} leads to {ip}, inside the network of this server; allow "
                f"private addresses for this backend if it is meant to be there"
            )


class GuardedAdapter(HTTPAdapter):
    """Transport that looks at the address it is connected to before it sends.

    Looking up the name before would not do: it may lead elsewhere a moment later.
    """

    def __init__(
        self, policy: UrlPolicy, timeout: tuple[float, float], **kwargs: Any
    ) -> None:
        self._policy = policy
        self._timeout = timeout
        super().__init__(**kwargs)

    def send(
        self, request: requests.PreparedRequest, *args: Any, **kwargs: Any
    ) -> requests.Response:
        """Send a request, never without a time limit."""
        if kwargs.get("timeout") is None:
            kwargs["timeout"] = self._timeout
        return super().send(request, *args, **kwargs)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Use connections that are checked once they are made."""
        result = super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _guarded_pools(self._policy)
        return result


def _guarded_pools(policy: UrlPolicy) -> dict[str, type[HTTPConnectionPool]]:
    class GuardedHTTPConnection(HTTPConnection):
        def connect(self) -> None:
            result = super().connect()
            _check(self, policy)
            return result

    class GuardedHTTPSConnection(HTTPSConnection):
        def connect(self) -> None:
            result = super().connect()
            _check(self, policy)
            return result

    class GuardedHTTPPool(HTTPConnectionPool):
        ConnectionCls = GuardedHTTPConnection

    class GuardedHTTPSPool(HTTPSConnectionPool):
        ConnectionCls = GuardedHTTPSConnection

    return {"http": GuardedHTTPPool, "https": GuardedHTTPSPool}


def _check(connection: HTTPConnection, policy: UrlPolicy) -> None:
    address = connection.sock.getpeername()[0]
    try:
        policy.check_peer(address, connection.host)
    except UnsafeUrlError:
        connection.close()
        raise


def same_origin(one: str, other: str) -> bool:
    """Tell whether two addresses are of the same server."""
    first, second = urlsplit(one), urlsplit(other)
    return (first.scheme, first.hostname, first.port) == (
        second.scheme,
        second.hostname,
        second.port,
    )


def guarded_session(
    policy: UrlPolicy, timeout: tuple[float, float]
) -> requests.Session:
    """Return a session whose connections obey ``policy``.

    It does not retry by itself: urllib3 would log addresses with their secrets, and
    send signatures that are out of date.
    """
    session = requests.Session()
    # No .netrc: credentials come from the backend, and from nowhere else.
    session.trust_env = False
    adapter = GuardedAdapter(policy, timeout)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session
