# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Addresses and bodies without their secrets, for logs and messages."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

__all__ = ["auth_secrets", "redact_text", "redact_url"]

HIDDEN = "***"
_NAMES = r"key|token|secret|passw|pwd|auth|sign|credential|session|card|iban|cvc|cvv"
_SECRET = re.compile(f"({_NAMES})", re.IGNORECASE)
_NAME = rf"[\w.\-]*(?:{_NAMES})[\w.\-]*"
# Patterns and not parsers: an excerpt may be cut anywhere, and an answer be anything.
_JSON = re.compile(
    # the quotes of JSON inside of JSON have backslashes, the same all along
    rf'(?P<head>(?P<esc>\\*)"{_NAME}(?P=esc)"\s*:\s*)'
    r'(?:(?P=esc)"(?:\\.|[^"\\])*?(?:(?P=esc)"|$)|[^\s,}\]"\\{\[]+)',
    re.IGNORECASE,
)
_OTHERS = (
    re.compile(
        rf"(<(?:\w+:)?(?:{_NAME})(?:\s[^>]*)?>)[^<]*", re.IGNORECASE
    ),  # <apiKey>
    re.compile(rf"((?:^|&){_NAME}=)[^&\s]*", re.IGNORECASE),  # apiKey= of a form
)
_SHORT = 6  # characters: a shorter secret is part of many words


def redact_url(url: str) -> str:
    """Return ``url`` without password and without the values of secret parameters."""
    parts = urlsplit(url)
    netloc = parts.netloc
    if "@" in netloc:
        netloc = f"{HIDDEN}@{netloc.rpartition('@')[2]}"
    query = urlencode(
        [
            (name, HIDDEN if _SECRET.search(name) else value)
            for name, value in parse_qsl(parts.query, keep_blank_values=True)
        ],
        safe="*",
    )
    return urlunsplit((parts.scheme, netloc, parts.path, query, ""))


def redact_text(text: str, secrets: Collection[str] = ()) -> str:
    """Return a body without the values whose names are those of secrets.

    :param secrets: values to hide wherever they are
    """
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= _SHORT:
            text = text.replace(secret, HIDDEN)
    text = _JSON.sub(_hide_json, text)
    for pattern in _OTHERS:
        text = pattern.sub(rf"\1{HIDDEN}", text)
    return text


def _hide_json(match: re.Match[str]) -> str:
    """Return the pair with another value; what was JSON still is."""
    quote = match["esc"] + '"'
    return f"{match['head']}{quote}{HIDDEN}{quote}"


def auth_secrets(auth: Any) -> set[str]:
    """Return the secrets of an authentication: its fields that no repr shows."""
    if not dataclasses.is_dataclass(auth):
        return set()
    values = {
        getattr(auth, field.name, None)
        for field in dataclasses.fields(auth)
        if not field.repr and isinstance(getattr(auth, field.name, None), str)
    }
    return {value for value in values if value}
