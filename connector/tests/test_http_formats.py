# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from lxml import etree
from lxml.builder import E

from odoo.tests.common import BaseCase

from ..http import ApiKeyAuth, HttpRateLimitError, HttpResponseError
from ..http.client import CallInfo
from ..http.redact import auth_secrets, redact_text
from ..testing.http_server import Answer
from .test_http_client import HttpCase

BOMB = f"""<?xml version="1.0"?>
<!DOCTYPE x [<!ENTITY secret SYSTEM "file://{__file__}">]>
<order><id>7</id><note>&secret;</note></order>""".encode()


class TestXml(HttpCase):
    def test_sent_and_received(self) -> None:
        self.server.answer(Answer(body=b"<order><id>7</id></order>"), Answer())
        client = self.client()
        root = client.xml("POST", "orders", data=E.order(E.name("Ä")))
        self.assertEqual(root.findtext("id"), "7")
        request = self.server.requests[0]
        self.assertEqual(etree.fromstring(request.body).findtext("name"), "Ä")
        self.assertIn("xml", request.headers["Content-Type"])
        self.assertEqual(request.headers["Accept"], "application/xml")
        self.assertIsNone(client.xml("DELETE", "orders/7"))

    def test_files_of_the_server_are_not_read(self) -> None:
        self.server.answer(Answer(body=BOMB))
        root = self.client().xml("GET", "orders/7")
        self.assertEqual(root.findtext("id"), "7")
        self.assertNotIn("TestXml", "".join(root.itertext()))

    def test_garbage(self) -> None:
        self.server.answer(Answer(body=b"{}"))
        with self.assertRaisesRegex(HttpResponseError, "instead of XML"):
            self.client().xml("GET", "orders/7")


class TestThrottle(HttpCase):
    def test_asked_before_each_attempt(self) -> None:
        throttle = _Throttle([0.5, 0, 0])
        client = self.client(throttle=throttle)
        self.server.answer(
            Answer(status=429, headers={"Retry-After": "3"}), Answer(json={})
        )
        client.get("x")
        self.assertEqual(throttle.waits, [0])
        self.assertEqual(throttle.closed, [3])
        self.assertEqual(self.pauses[0], 0.5)

    def test_refusal_makes_no_call(self) -> None:
        client = self.client(throttle=_Throttle([None]))
        with self.assertRaises(HttpRateLimitError):
            client.get("x")
        self.assertEqual(self.server.requests, [])


class TestLoggedCalls(HttpCase):
    def test_bodies_and_attempts(self) -> None:
        calls: list[CallInfo] = []
        client = self.client(on_call=calls.append, auth=ApiKeyAuth("the-api-key"))
        self.server.answer(Answer(status=502, body=b"down"), Answer(json={"a": 1}))
        client.json("PUT", "x", data={"password": "p", "who": "the-api-key"})
        self.assertEqual(
            [(call.attempt, call.response) for call in calls],
            [(1, "down"), (2, '{"a": 1}')],
        )
        self.assertEqual(calls[0].request, "password=***&who=***")

    def test_a_stream_is_left_to_who_asked_for_it(self) -> None:
        calls: list[CallInfo] = []
        client = self.client(on_call=calls.append)
        self.server.answer(Answer(body=b"0123456789"))
        response = client.get("x", stream=True)
        self.assertEqual(calls[0].response, "")
        self.assertEqual(response.raw.read(), b"0123456789")


class TestRedaction(BaseCase):
    def test_bodies(self) -> None:
        cases = [
            ('{"apiKey": "x\\"y", "a": 1}', '{"apiKey": "***", "a": 1}'),
            ('{"token":12345}', '{"token":"***"}'),
            (
                '{"text": "{\\"password\\": \\"x\\"}"}',
                '{"text": "{\\"password\\": \\"***\\"}"}',
            ),
            ('{"keys": ["a"]}', '{"keys": ["a"]}'),
            ("<Auth><userPassword a='1'>x</userPassword></Auth>", None),
            ("grant=x&client_secret=y&z=1", "grant=x&client_secret=***&z=1"),
            ('{"password": "cut in the mid', '{"password": "***"'),
            ('{"monkey": "no"}', '{"monkey": "***"}'),
            ("plain text", "plain text"),
        ]
        for text, expected in cases:
            with self.subTest(text=text):
                if expected is None:
                    self.assertNotIn(">x<", redact_text(text))
                else:
                    self.assertEqual(redact_text(text), expected)

    def test_known_secrets(self) -> None:
        self.assertEqual(redact_text("it is s3cr3t!", {"s3cr3t"}), "it is ***!")
        self.assertEqual(redact_text("a b a", {"a"}), "a b a", "too short to tell")

    def test_secrets_of_an_authentication(self) -> None:
        self.assertEqual(auth_secrets(ApiKeyAuth("k")), {"k"})
        self.assertEqual(auth_secrets(None), set())


class _Throttle:
    def __init__(self, waits: list[float | None]) -> None:
        self.waits = waits
        self.closed: list[float] = []

    def acquire(self) -> float:
        wait = self.waits.pop(0)
        if wait is None:
            raise HttpRateLimitError("used up", retry_after=60)
        return wait

    def close(self, seconds: float) -> None:
        self.closed.append(seconds)
