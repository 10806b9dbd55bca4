# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The beginnings of what was sent and received, for the log of calls."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from .redact import redact_text

if TYPE_CHECKING:
    import requests

__all__ = ["MAX_EXCERPT", "excerpts"]

MAX_EXCERPT = 2000  # characters


def excerpts(
    response: requests.Response | None,
    kwargs: dict[str, Any],
    secrets: Collection[str] = (),
) -> tuple[str, str]:
    """Return the start of a request and that of its answer, without secrets.

    :param kwargs: those that ``requests`` was called with
    :param secrets: values to hide
    """
    received = b""
    # A stream is for who asked for it: reading it here would take it away.
    if response is not None and not kwargs.get("stream"):
        received = response.content
    sent = _sent(response, kwargs)
    return _excerpt(sent, secrets), _excerpt(received, secrets)


def _sent(response: requests.Response | None, kwargs: dict[str, Any]) -> bytes | str:
    if response is not None and isinstance(response.request.body, bytes | str):
        return response.request.body
    if kwargs.get("json") is not None:
        return json.dumps(kwargs["json"], default=str)
    data = kwargs.get("data")
    if isinstance(data, dict):
        return urlencode(data)
    return data if isinstance(data, bytes | str) else ""


def _excerpt(body: bytes | str, secrets: Collection[str]) -> str:
    if isinstance(body, bytes):
        # A character takes four bytes at most.
        body = body[: MAX_EXCERPT * 8].decode(errors="replace")
    # Twice what is kept: a secret that is cut is beyond what is shown.
    body = redact_text(body[: MAX_EXCERPT * 2], secrets)
    body = body.replace("\0", "")  # which PostgreSQL stores nowhere
    if len(body) <= MAX_EXCERPT:
        return body
    return f"{body[:MAX_EXCERPT]}..."
