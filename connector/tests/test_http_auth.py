# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import base64
import hashlib
import hmac

from ..http import (
    ApiKeyAuth,
    BasicAuth,
    BearerAuth,
    HmacAuth,
    HttpAuthError,
    HttpNetworkError,
    HttpResponseError,
    OAuth2ClientCredentials,
)
from ..testing.http_server import Answer, Received
from .test_http_client import HttpCase


class TestAuth(HttpCase):
    def _request(self, auth: object) -> Received:
        self.server.answer(Answer(json={}))
        self.client(auth=auth).post("path?a=1", data=b"body")
        return self.server.requests[-1]

    def test_basic(self) -> None:
        header = self._request(BasicAuth("ü", "p:w")).headers["Authorization"]
        kind, _space, token = header.partition(" ")
        self.assertEqual(kind, "Basic")
        self.assertEqual(base64.b64decode(token).decode(), "ü:p:w")

    def test_bearer(self) -> None:
        headers = self._request(BearerAuth("t")).headers
        self.assertEqual(headers["Authorization"], "Bearer t")

    def test_api_key(self) -> None:
        self.assertEqual(self._request(ApiKeyAuth("k")).headers["X-API-Key"], "k")
        request = self._request(ApiKeyAuth("k", header="vendure-api-key"))
        self.assertEqual(request.headers["vendure-api-key"], "k")
        request = self._request(ApiKeyAuth("k &", param="key"))
        self.assertEqual(request.path, "/path?a=1&key=k+%26")

    def test_hmac(self) -> None:
        auth = HmacAuth("id", "s3cret", clock=lambda: 1700000000.7)
        headers = self._request(auth).headers
        text = b"POST\n/path?a=1\n1700000000\nbody"
        expected = hmac.new(b"s3cret", text, hashlib.sha256).hexdigest()
        self.assertEqual(headers["X-Key-Id"], "id")
        self.assertEqual(headers["X-Timestamp"], "1700000000")
        self.assertEqual(headers["X-Signature"], expected)

    def test_no_secret_in_a_repr(self) -> None:
        for auth in (
            BasicAuth("u", "s3cret"),
            BearerAuth("s3cret"),
            ApiKeyAuth("s3cret"),
            HmacAuth("id", "s3cret"),
            OAuth2ClientCredentials("https://x", "id", "s3cret"),
        ):
            self.assertNotIn("s3cret", repr(auth))


class TestOAuth2(HttpCase):
    def setUp(self) -> None:
        super().setUp()
        self.now = 1000.0
        self.auth = OAuth2ClientCredentials(
            f"{self.server.url}/token",
            "id",
            "s3cret",
            scope="read",
            clock=lambda: self.now,
        )

    def _token(self, token: str) -> Answer:
        return Answer(json={"access_token": token, "expires_in": 100})

    def _sent(self) -> list[str]:
        return [
            request.headers["Authorization"]
            for request in self.server.requests
            if request.path == "/x"
        ]

    def test_token_is_fetched_once_and_renewed_in_time(self) -> None:
        client = self.client(auth=self.auth)
        self.server.answer(self._token("one"), Answer(json={}), Answer(json={}))
        client.get("x")
        client.get("x")
        self.now += 80  # 20 seconds before its end
        self.server.answer(self._token("two"), Answer(json={}))
        client.get("x")
        self.assertEqual(self._sent(), ["Bearer one", "Bearer one", "Bearer two"])
        request = self.server.requests[0]
        self.assertEqual(request.body, b"grant_type=client_credentials&scope=read")
        self.assertTrue(request.headers["Authorization"].startswith("Basic "))

    def test_token_that_was_revoked(self) -> None:
        client = self.client(auth=self.auth)
        self.server.answer(
            self._token("one"), Answer(401), self._token("two"), Answer(json={"a": 1})
        )
        self.assertEqual(client.json("GET", "x"), {"a": 1})
        self.assertEqual(self._sent(), ["Bearer one", "Bearer two"])

    def test_refused_twice(self) -> None:
        client = self.client(auth=self.auth)
        self.server.answer(
            self._token("one"), Answer(401), self._token("two"), Answer(401)
        )
        with self.assertRaises(HttpAuthError):
            client.get("x")

    def test_no_token(self) -> None:
        cases = [
            (Answer(400), HttpAuthError),
            (Answer(503), HttpNetworkError),
            (Answer(json={"hello": 1}), HttpResponseError),
            (Answer(body=b"<html>"), HttpResponseError),
            (Answer(cut=True), HttpNetworkError),
        ]
        for answer, expected in cases:
            self.server.answer(answer)
            with self.assertRaises(expected) as caught:
                self.client(auth=self.auth, retries=0).get("x")
            self.assertNotIn("s3cret", str(caught.exception))
