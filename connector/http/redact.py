# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Addresses without their secrets, for logs and messages."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

__all__ = ["redact_url"]

HIDDEN = "***"
_SECRET = re.compile(
    r"(key|token|secret|passw|pwd|auth|sign|credential|session)", re.IGNORECASE
)


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
