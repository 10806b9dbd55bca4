# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What anybody may send to the address of a backend, over HTTP."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import Any, Final

import requests
from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.connector.controllers.webhook import MAX_BODY
from odoo.addons.connector.models.connector_webhook_mixin import REFUSED_KEPT
from odoo.addons.queue_job.tests.fuzz import examples

from .common import SecurityCase

SECRET: Final = "secret-of-the-hook"  # noqa: S105
SCHEMES: Final = ("hmac_hex", "hmac_base64", "timed", "standard", "token")

_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(codec=None), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "topic", "event", "id", "data", ""]) | st.text(),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)
_bodies = st.binary(max_size=200) | _json.map(lambda value: json.dumps(value).encode())
#: Values of headers: what HTTP lets through.
_headers = st.text(
    st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"),
    max_size=60,
).map(str.strip)


def signed(scheme: str, body: bytes, secret: str = SECRET) -> dict[str, str]:
    """Return the headers that a backend would send with a body."""
    now = str(int(time.time()))

    def sign(content: bytes) -> bytes:
        return hmac.new(secret.encode(), content, hashlib.sha256).digest()

    match scheme:
        case "hmac_hex":
            return {"X-Signature": sign(body).hex()}
        case "hmac_base64":
            return {"X-Signature": base64.b64encode(sign(body)).decode()}
        case "timed":
            value = sign(f"{now}.".encode() + body).hex()
            return {"Stripe-Signature": f"t={now},v1={value}"}
        case "standard":
            value = base64.b64encode(sign(f"e1.{now}.".encode() + body)).decode()
            return {
                "webhook-id": "e1",
                "webhook-timestamp": now,
                "webhook-signature": f"v1,{value}",
            }
    return {"X-Webhook-Token": secret}


@tagged("post_install", "-at_install")
class TestWebhookFuzz(SecurityCase, HttpCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.backend = cls.make_backend(
            cls.here, webhook_enabled=True, webhook_secret=SECRET
        )
        cls.path = f"/connector/webhook/vendure.backend/{cls.backend.id}"

    def setUp(self) -> None:
        super().setUp()
        self.backend.webhook_scheme = "hmac_hex"
        self.authenticate(None, None)

    def _post(
        self, body: bytes, headers: dict[str, str] | None = None, path: str = ""
    ) -> requests.Response:
        url = self.base_url() + (path or self.path)
        return self.opener.post(url, data=body, headers=headers or {}, timeout=20)

    def _events(self) -> Any:
        events = self.env["connector.webhook.event"]
        return events.search([("backend_id", "=", self.backend.id)], order="id")

    def _assert_answered(self, answer: requests.Response, *statuses: int) -> None:
        self.assertIn(answer.status_code, statuses, answer.text[:300])
        self.assertNotIn("Traceback", answer.text)
        self.assertNotIn(SECRET, answer.text)

    # -- what nobody signed ------------------------------------------------------------

    @examples(60)
    @given(
        scheme=st.sampled_from(SCHEMES),
        body=_bodies,
        value=_headers,
        timestamp=_headers | st.integers().map(str) | st.just("9" * 400),
    )
    def test_whatever_is_not_signed_is_refused(
        self, scheme: str, body: bytes, value: str, timestamp: str
    ) -> None:
        self.backend.webhook_scheme = scheme
        headers = {
            "X-Signature": value,
            "X-Webhook-Token": value,
            "Stripe-Signature": f"t={timestamp},v1={value}",
            "webhook-id": value,
            "webhook-timestamp": timestamp,
            "webhook-signature": f"v1,{value}",
        }
        headers = {name: text.encode("latin-1") for name, text in headers.items()}
        with self.assertNoLogs("odoo.http", "WARNING"):
            self._assert_answered(self._post(body, headers), 401)
        event = self._events()[-1:]
        self.assertIn(event.state, (False, "refused"))
        self.assertFalse(event.payload or event.job_uuid)

    def test_a_wrong_signature_is_refused_in_every_scheme(self) -> None:
        body = b'{"type": "order"}'
        for scheme in SCHEMES:
            self.backend.webhook_scheme = scheme
            right, forged = signed(scheme, body), signed(scheme, body, "guessed")
            name = list(right)[-1]
            for headers in ({}, forged, {**right, name: right[name][:-1]}):
                with self.subTest(scheme=scheme, headers=headers):
                    self._assert_answered(self._post(body, headers), 401)
            if scheme != "token":
                with self.subTest(scheme=scheme, body="another one"):
                    answer = self._post(body + b" ", right)
                    self._assert_answered(answer, 401)

    def test_old_and_future_signatures_are_refused(self) -> None:
        self.backend.webhook_scheme = "timed"
        for timestamp in (0, int(time.time()) - 3600, int(time.time()) + 3600, 10**400):
            content = f"{timestamp}.{{}}".encode()
            value = hmac.new(SECRET.encode(), content, hashlib.sha256).hexdigest()
            headers = {"Stripe-Signature": f"t={timestamp},v1={value}"}
            with self.subTest(str(timestamp)[:12]):
                self._assert_answered(self._post(b"{}", headers), 401)

    def test_forgeries_fill_no_database(self) -> None:
        for number in range(REFUSED_KEPT + 20):
            self._post(b"%d" % number)
        events = self._events()
        self.assertLessEqual(len(events), REFUSED_KEPT)
        self.assertFalse(any(events.mapped("payload")))

    # -- where it is sent --------------------------------------------------------------

    def test_no_address_tells_what_there_is(self) -> None:
        body, texts = b"{}", set()
        for model, record_id in (
            ("vendure.backend", 2**31),
            ("vendure.backend", 10**30),
            ("vendure.backend", 0),
            ("res.users", 2),
            ("ir.config_parameter", 1),
            ("connector.webhook.mixin", 1),
            ("no.such.model", 1),
            ("%00", 1),
            ("vendure.backend%27--", 1),
        ):
            path = f"/connector/webhook/{model}/{record_id}"
            answer = self._post(body, signed("hmac_hex", body), path)
            with self.subTest(path):
                self._assert_answered(answer, 404)
                texts.add(answer.text)
        self.assertEqual(len(texts), 1, "they are all alike")

    def test_forms_and_what_is_too_long(self) -> None:
        body = b"a=b&type=order"
        headers = signed("hmac_hex", body)
        for kind in (
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
        ):
            with self.subTest(kind):
                answer = self._post(body, {**headers, "Content-Type": kind})
                self._assert_answered(answer, 400, 415)
        long = b"x" * (MAX_BODY + 1)
        with mute_logger("odoo.http"):
            answer = self._post(long, signed("hmac_hex", long))
        self._assert_answered(answer, 413)
        self.assertFalse(self._events().filtered(lambda e: e.state != "refused"))

    # -- what the backend itself sends -------------------------------------------------

    @examples(60)
    @given(scheme=st.sampled_from(SCHEMES), body=_bodies)
    def test_whatever_is_signed_is_taken_or_refused(
        self, scheme: str, body: bytes
    ) -> None:
        self.backend.webhook_scheme = scheme
        known = set(self._events().ids)
        with self.assertNoLogs("odoo.http", "WARNING"):
            answer = self._post(body, signed(scheme, body))
        self._assert_answered(answer, 200, 401)
        new = self._events().filtered(lambda event: event.id not in known)
        self.assertLessEqual(len(new), 1)
        if new and new.state == "pending":
            self.assertEqual(new.payload.encode(), body)
            self.assertTrue(new.job_uuid)

    def test_a_replay_makes_no_second_event_nor_job(self) -> None:
        body = b'{"type": "order"}'
        headers = signed("hmac_hex", body)
        for number in range(4):
            answer = self._post(body, headers)
            self._assert_answered(answer, 200)
            expected = "received before" if number else "accepted"
            self.assertEqual(answer.json()["status"], expected)
        event = self._events()
        self.assertEqual((len(event), event.replays), (1, 3))

    def test_what_no_database_keeps(self) -> None:
        deep = b"[" * 50_000 + b"]" * 50_000
        for body, status in (
            (b'{"type": "a\\u0000b"}', 200),
            (b'{"type": "half \\ud800 pair"}', 200),
            (b'{"type": "%s"}' % (b"x" * 100_000), 200),
            (deep, 200),
            (b"\0", 401),
            (b"\xff\xfe", 401),
            (b"", 200),
        ):
            with self.subTest(body[:20]), self.assertNoLogs("odoo.http", "WARNING"):
                answer = self._post(body, signed("hmac_hex", body))
                self._assert_answered(answer, status)
        for event in self._events():
            self.assertLessEqual(len(event.topic or ""), 255)
            _json_or_none = event.json

    def test_an_id_of_any_length_is_kept_and_known_again(self) -> None:
        self.backend.webhook_scheme = "standard"
        now, event_id = str(int(time.time())), "e" * 4000
        content = f"{event_id}.{now}.".encode() + b"{}"
        digest = hmac.new(SECRET.encode(), content, hashlib.sha256).digest()
        headers = {
            "webhook-id": event_id,
            "webhook-timestamp": now,
            "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
        }
        for expected in ("accepted", "received before"):
            self.assertEqual(self._post(b"{}", headers).json()["status"], expected)
