# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Calls that a real backend answered once, and a file answers since."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import requests

from ..http import client as client_module
from ..http.redact import HIDDEN, redact_text, redact_url

__all__ = ["recorded_calls"]

#: set to record what is missing, from the real backend
RECORD = "CONNECTOR_RECORD"
_HEADERS = [
    "Authorization",
    "Cookie",
    "Set-Cookie",
    "X-Api-Key",
    "X-Key-Id",
    "X-Signature",
]


@contextmanager
def recorded_calls(
    path: Path, hide_headers: tuple[str, ...] = (), match_on: tuple[str, ...] = ()
) -> Iterator[Any]:
    """Yield a cassette of vcrpy that answers calls from the file ``path``.

    A call that is not in the file is an error, unless ``CONNECTOR_RECORD=1`` is set:
    it is made, and recorded without its secrets.

    :param hide_headers: headers that are secret too
    :param match_on: what tells calls apart, by default method, address and body
    :raises ImportError: vcrpy is not installed
    """
    try:
        import vcr  # for tests only: not a requirement of the addon
    except ImportError as exc:
        raise ImportError("recorded calls need vcrpy: pip install vcrpy") from exc
    hidden = {name.lower() for name in (*_HEADERS, *hide_headers)}
    recorder = vcr.VCR(
        record_mode="new_episodes" if os.environ.get(RECORD) else "none",
        match_on=match_on or ("method", "uri", "body"),
        filter_headers=[*_HEADERS, *hide_headers],
        before_record_request=_without_secrets,
        before_record_response=lambda response: _answer_without_secrets(
            response, hidden
        ),
        decode_compressed_response=True,
    )
    path.parent.mkdir(exist_ok=True)
    # The connections of the client look at the address they lead to: those of a
    # recording lead nowhere.
    with (
        patch.object(client_module, "guarded_session", _plain_session),
        recorder.use_cassette(str(path)) as cassette,
    ):
        yield cassette


def _plain_session(*_args: Any) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    return session


def _without_secrets(request: Any) -> Any:
    request.uri = redact_url(request.uri)
    if request.body:
        body = request.body
        text = body.decode(errors="replace") if isinstance(body, bytes) else str(body)
        request.body = redact_text(text).encode()
    return request


def _answer_without_secrets(response: Any, hidden: set[str]) -> Any:
    headers = response["headers"]
    for name in headers:
        if name.lower() in hidden:
            headers[name] = [HIDDEN]
    body = response["body"].get("string") or b""
    text = body.decode(errors="replace") if isinstance(body, bytes) else body
    response["body"]["string"] = redact_text(text).encode()
    return response
