# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which addresses of others may be called, checked on the connection itself."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from socket import socket
from typing import Any, ClassVar
from urllib.parse import SplitResult, urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool


class UnsafeUrlError(ValueError):
    """The address may not be called."""


@dataclass(frozen=True)
class UrlPolicy:
    """Addresses that may be called: by default those outside of this network.

    Link-local addresses (where clouds show their credentials), multicast and
    unspecified ones are always refused.
    """

    #: What is raised.
    _error: ClassVar[type[Exception]] = UnsafeUrlError
    #: What whoever wants to call an address of this network has to do.
    _remedy: ClassVar[str] = "allow private addresses"

    schemes: tuple[str, ...] = ("https",)
    allow_private: bool = False

    def check_url(self, url: str) -> None:
        """Check the address as it is written: scheme, host, and no password.

        :raises UnsafeUrlError: naming the reason
        """
        parts = urlsplit(url)
        if parts.scheme not in self.schemes:
            schemes = " or ".join(f"{scheme}://" for scheme in self.schemes)
            raise self._error(f"{_shown(parts)!r} must start with {schemes}")
        if not parts.hostname:
            raise self._error(f"{_shown(parts)!r} names no host")
        # More people read the address than the fields for credentials.
        if parts.username or parts.password:
            raise self._error(f"{parts.hostname!r}: no password in the address")

    def check_peer(self, address: str, host: str) -> None:
        """Check the IP address that a host name led to.

        :raises UnsafeUrlError: naming the reason
        """
        ip = ipaddress.ip_address(address.partition("%")[0])
        ip = getattr(ip, "ipv4_mapped", None) or ip
        if ip.is_link_local or ip.is_multicast or ip.is_unspecified:
            raise self._error(f"{host!r} leads to {ip}, which may never be called")
        if not self.allow_private and not ip.is_global:
            raise self._error(
                f"{host!r} leads to {ip}, inside the network of this server; "
                f"{self._remedy} if it is meant to be there"
            )


def guarded_session(
    policy: UrlPolicy, timeout: tuple[float, float]
) -> requests.Session:
    """Return a session whose connections obey ``policy``.

    It does not retry by itself: urllib3 would log addresses with their secrets, and
    send signatures that are out of date.

    :param timeout: seconds to connect, seconds between two pieces of an answer
    """
    session = requests.Session()
    # Neither .netrc, whose credentials are of others, nor a proxy of the environment,
    # which would hide who is called.
    session.trust_env = False
    adapter = _GuardedAdapter(policy, timeout)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


class _GuardedAdapter(HTTPAdapter):
    """Transport that looks at the address it is connected to before it sends.

    Looking up the name before would not do: it may lead elsewhere a moment later.
    """

    def __init__(self, policy: UrlPolicy, timeout: tuple[float, float]) -> None:
        self._policy = policy
        self._timeout = timeout
        super().__init__()

    def send(
        self, request: requests.PreparedRequest, *args: Any, **kwargs: Any
    ) -> requests.Response:
        """Send a request, never without a time limit."""
        if kwargs.get("timeout") is None:
            kwargs["timeout"] = self._timeout
        return super().send(request, *args, **kwargs)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Use connections that are checked once they are made."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _guarded_pools(self._policy)


def _guarded_pools(policy: UrlPolicy) -> dict[str, type[HTTPConnectionPool]]:
    # Not connect(): that one has already sent the beginning of TLS.

    class GuardedHTTPConnection(HTTPConnection):
        def _new_conn(self) -> socket:
            return _checked(super()._new_conn(), policy, self.host)

    class GuardedHTTPSConnection(HTTPSConnection):
        def _new_conn(self) -> socket:
            return _checked(super()._new_conn(), policy, self.host)

    class GuardedHTTPPool(HTTPConnectionPool):
        ConnectionCls = GuardedHTTPConnection

    class GuardedHTTPSPool(HTTPSConnectionPool):
        ConnectionCls = GuardedHTTPSConnection

    return {"http": GuardedHTTPPool, "https": GuardedHTTPSPool}


def _checked(sock: socket, policy: UrlPolicy, host: str) -> socket:
    """Return a socket to who may be called; the one to who may not is closed."""
    try:
        policy.check_peer(sock.getpeername()[0], host)
    except Exception:
        sock.close()
        raise
    return sock


def _shown(parts: SplitResult) -> str:
    """Return an address without what may be secret: password and parameters."""
    netloc = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=netloc, query="", fragment=""))
