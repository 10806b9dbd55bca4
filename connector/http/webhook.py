# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Calls that backends make to us: is it them, is it now?"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

__all__ = [
    "BodySignature",
    "SharedToken",
    "SignatureScheme",
    "StandardSignature",
    "TimedSignature",
    "WebhookRefused",
    "WebhookRequest",
    "parse_payload",
]

#: Characters: what designates an event is indexed.
MAX_EVENT_ID = 255


class WebhookRefused(Exception):
    """The call is not one that the backend made, or not now; the message says why."""


@dataclass(frozen=True)
class WebhookRequest:
    """What was received."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    remote: str = ""

    def header(self, name: str) -> str:
        """Return a header, whatever its case.

        :raises WebhookRefused: it is missing
        """
        value = self._lowered.get(name.lower(), "")
        if not value:
            raise WebhookRefused(f"the header {name} is missing")
        return value

    @cached_property
    def _lowered(self) -> dict[str, str]:
        return {name.lower(): value for name, value in self.headers.items()}

    @cached_property
    def payload(self) -> Any:
        """The JSON of the body, None when it is none."""
        return parse_payload(self.body)

    @cached_property
    def text(self) -> str:
        """The body as a database can keep it.

        :raises WebhookRefused: it is no text
        """
        try:
            text = self.body.decode()
        except UnicodeDecodeError as exc:
            raise WebhookRefused("the body is not UTF-8") from exc
        if "\0" in text:
            raise WebhookRefused("the body contains a NUL character")
        return text

    @property
    def digest(self) -> str:
        """What designates the body, the same for the same body."""
        return hashlib.sha256(self.body).hexdigest()


def parse_payload(body: bytes | str) -> Any:
    """Return the JSON of a body, None when it is none or too deep to be read."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


class SignatureScheme(Protocol):
    """How a backend proves that a call is its own."""

    def verify(
        self, request: WebhookRequest, secret: str, now: float, tolerance: float
    ) -> str:
        """Return what designates the event, and cannot be forged.

        :param now: seconds since 1970
        :param tolerance: seconds that a signature with a time stays good
        :raises WebhookRefused: the proof is missing, wrong or too old
        """


@dataclass(frozen=True)
class BodySignature:
    """HMAC over the body, in a header: Shopify, WooCommerce, GitHub.

    It has no time: the same body is the same event.
    """

    name: str = "X-Signature"
    encoding: str = "hex"
    prefix: str = ""

    def verify(
        self, request: WebhookRequest, secret: str, now: float, tolerance: float
    ) -> str:
        """Compare the signatures."""
        given = request.header(self.name).removeprefix(self.prefix)
        _compare(given, _sign(secret.encode(), request.body, self.encoding))
        return request.digest


@dataclass(frozen=True)
class TimedSignature:
    """HMAC over time and body, ``t=...,v1=...`` in one header: Stripe and others."""

    name: str = "Stripe-Signature"

    def verify(
        self, request: WebhookRequest, secret: str, now: float, tolerance: float
    ) -> str:
        """Compare the signatures, several while a secret is renewed, and the time."""
        pairs = [
            part.strip().partition("=") for part in request.header(self.name).split(",")
        ]
        timestamp = next((value for key, _sep, value in pairs if key == "t"), "")
        _check_time(timestamp, now, tolerance)
        signed = f"{timestamp}.".encode() + request.body
        expected = _sign(secret.encode(), signed, "hex")
        _compare_any([value for key, _sep, value in pairs if key == "v1"], expected)
        return request.digest


@dataclass(frozen=True)
class StandardSignature:
    """Standard Webhooks: id, time and body are signed."""

    prefix: str = "webhook"

    def verify(
        self, request: WebhookRequest, secret: str, now: float, tolerance: float
    ) -> str:
        """Compare the signatures and the time; the id is what the sender says."""
        event_id = request.header(f"{self.prefix}-id")
        timestamp = request.header(f"{self.prefix}-timestamp")
        _check_time(timestamp, now, tolerance)
        signed = f"{event_id}.{timestamp}.".encode() + request.body
        expected = _sign(_standard_key(secret), signed, "base64")
        given = request.header(f"{self.prefix}-signature").split()
        versions = [part.partition(",") for part in given]
        _compare_any([value for key, _sep, value in versions if key == "v1"], expected)
        if len(event_id) > MAX_EVENT_ID:
            return hashlib.sha256(event_id.encode()).hexdigest()
        return event_id


@dataclass(frozen=True)
class SharedToken:
    """A token in a header, for backends that cannot sign. It proves little."""

    name: str = "X-Webhook-Token"

    def verify(
        self, request: WebhookRequest, secret: str, now: float, tolerance: float
    ) -> str:
        """Compare the tokens."""
        _compare(request.header(self.name), secret)
        return request.digest


def _standard_key(secret: str) -> bytes:
    if not secret.startswith("whsec_"):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except ValueError as exc:
        raise WebhookRefused("the secret of the backend is not base64") from exc


def _sign(key: bytes, content: bytes, encoding: str) -> str:
    digest = hmac.new(key, content, hashlib.sha256).digest()
    return digest.hex() if encoding == "hex" else base64.b64encode(digest).decode()


def _compare(given: str, expected: str) -> None:
    _compare_any([given], expected)


def _compare_any(given: list[str], expected: str) -> None:
    # In constant time, and all of them: the answer must not tell how near one was.
    matches = [hmac.compare_digest(one.encode(), expected.encode()) for one in given]
    if not any(matches):
        raise WebhookRefused("the signature is wrong")


def _check_time(timestamp: str, now: float, tolerance: float) -> None:
    try:
        age = abs(now - int(timestamp))
    except (ValueError, OverflowError):
        raise WebhookRefused("the time of the signature is missing") from None
    if age > tolerance:
        raise WebhookRefused(f"the signature is {age:.0f} s away from now, too far")
