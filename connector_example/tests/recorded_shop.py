# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A Vendure shop that answers what a real one answered once.

The answers are in data/shop.json. To record what is missing there, from a shop with the
seed of this repository: SHOP_URL=... SHOP_KEY_FILE=... VENDURE_RECORD=1, run the tests.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import requests
import responses

URL = "http://127.0.0.1:8220"
KEY = "recorded-key"
ANSWERS = Path(__file__).parent / "data" / "shop.json"
FORBIDDEN = {
    "errors": [
        {
            "message": "You are not currently authorized to perform this action",
            "extensions": {"code": "FORBIDDEN"},
        }
    ],
    "data": None,
}


class RecordedShop:
    """Answers GraphQL requests; ``requests`` keeps what it was asked."""

    def __init__(self) -> None:
        self.recording = bool(os.environ.get("VENDURE_RECORD"))
        known = ANSWERS.read_text() if ANSWERS.exists() else "{}"
        self.answers: dict[str, Any] = json.loads(known)
        self.requests: list[dict[str, Any]] = []
        #: answers instead of the recorded ones: a function of query and variables
        self.override: Any = None

    @contextmanager
    def open(self) -> Iterator[RecordedShop]:
        """Answer all requests made meanwhile, to anybody."""
        with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
            mock.add_callback("POST", f"{URL}/admin-api", self._callback)
            mock.add_passthru("http://127.0.0.1")  # the browser of the tour
            yield self
        if self.recording:
            ANSWERS.parent.mkdir(exist_ok=True)
            ANSWERS.write_text(
                json.dumps(self.answers, indent=1, sort_keys=True) + "\n"
            )

    def _callback(self, request: requests.PreparedRequest) -> tuple[int, dict, str]:
        body = json.loads(request.body)
        body["query"] = " ".join(body["query"].split())
        self.requests.append(body)
        if request.headers.get("vendure-api-key") != KEY:
            return 200, {}, json.dumps(FORBIDDEN)
        answer = self.override and self.override(body["query"], body["variables"])
        if not answer:
            answer = self.recorded(**body)
        return 200, {}, json.dumps(answer)

    def recorded(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        """Return what the real shop answered."""
        body = {"query": query, "variables": variables}
        text = json.dumps(body, sort_keys=True)
        text = re.sub('"after": "[^"]+"', '"after": "some time"', text)
        key = sha256(text.encode()).hexdigest()[:16]
        if self.recording and key not in self.answers:
            self.answers[key] = {"request": body, "answer": self._ask(body)}
        if key not in self.answers:
            raise AssertionError(f"This was not recorded (VENDURE_RECORD=1): {text}")
        return self.answers[key]["answer"]

    def _ask(self, body: dict[str, Any]) -> dict[str, Any]:
        # urllib, which `responses` leaves alone
        from urllib.request import Request, urlopen

        key = Path(os.environ["SHOP_KEY_FILE"]).read_text().strip()
        headers = {"vendure-api-key": key, "content-type": "application/json"}
        url = f"{os.environ['SHOP_URL']}/admin-api"
        data = json.dumps(body).encode()
        with urlopen(Request(url, data, headers), timeout=30) as answer:
            text = answer.read().decode()
        return json.loads(text.replace(os.environ["SHOP_URL"], URL))
