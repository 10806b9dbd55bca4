# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which addresses a client may call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlsplit

from odoo.addons.queue_job.core import url_policy
from odoo.addons.queue_job.core.url_policy import guarded_session

from .errors import UnsafeUrlError

__all__ = ["UrlPolicy", "guarded_session", "same_origin"]


@dataclass(frozen=True)
class UrlPolicy(url_policy.UrlPolicy):
    """Addresses that may be called.

    Private networks are allowed by default, because shops and ERPs often share
    one. A hosted Odoo, whose users type the addresses, must refuse them. Link-local
    addresses (where clouds show their credentials), multicast and unspecified ones
    are always refused, and so is a password in an address. ``check_url()`` and
    ``check_peer()`` raise ``UnsafeUrlError`` naming the reason.
    """

    _error: ClassVar[type[Exception]] = UnsafeUrlError
    _remedy: ClassVar[str] = "allow private addresses for this backend"

    schemes: tuple[str, ...] = ("https", "http")
    allow_private: bool = True


def same_origin(one: str, other: str) -> bool:
    """Tell whether two addresses are of the same server."""
    first, second = urlsplit(one), urlsplit(other)
    return (first.scheme, first.hostname, first.port) == (
        second.scheme,
        second.hostname,
        second.port,
    )
