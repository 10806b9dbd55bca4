# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Signed messages to the servers of others, and to no server of our own network."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import ClassVar, Final

import requests

from .url_policy import UrlPolicy, guarded_session

SIGNATURE_HEADER: Final = "X-Queue-Job-Signature"
TIMESTAMP_HEADER: Final = "X-Queue-Job-Timestamp"
_TIMEOUT: Final = (5.0, 15.0)  # seconds to connect, to answer


@dataclass(frozen=True)
class WebhookPolicy(UrlPolicy):
    """Addresses of webhooks."""

    _remedy: ClassVar[str] = "set the system parameter queue_job.webhook_allow_private"


def policy(allow_private: bool) -> WebhookPolicy:
    """Return which webhooks may be called; those of this network without TLS, too."""
    schemes = ("https", "http") if allow_private else ("https",)
    return WebhookPolicy(schemes, allow_private)


def sign(secret: str, timestamp: int, body: bytes) -> str:
    """Return the signature of a message: ``sha256=`` and HMAC of time, dot and body.

    ``timestamp``: seconds since 1970; a receiver refuses old ones.
    """
    message = b"%d." % timestamp + body
    return "sha256=" + hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def post(
    url: str, body: bytes, headers: dict[str, str], policy: UrlPolicy
) -> requests.Response:
    """Send a JSON message; redirects are not followed.

    :raises UnsafeUrlError: before anything is sent
    :raises requests.RequestException: when nobody answers
    """
    policy.check_url(url)
    with guarded_session(policy, _TIMEOUT) as session:
        return session.post(
            url,
            data=body,
            headers={"Content-Type": "application/json", **headers},
            allow_redirects=False,
        )
