# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

from odoo.tests.common import BaseCase

from ..http.webhook import (
    BodySignature,
    SharedToken,
    StandardSignature,
    TimedSignature,
    WebhookRefused,
    WebhookRequest,
)

SECRET = "s3cret"  # noqa: S105
NOW = 1_700_000_000
BODY = b'{"id": 7}'


def sign(content: bytes, key: str = SECRET) -> bytes:
    return hmac.new(key.encode(), content, hashlib.sha256).digest()


class TestSignatures(BaseCase):
    def _verify(self, scheme: Any, headers: dict[str, str], body: bytes = BODY) -> str:
        return scheme.verify(WebhookRequest(body, headers), SECRET, NOW, 300)

    def _refused(
        self, reason: str, scheme: Any, headers: dict[str, str], body: bytes = BODY
    ) -> None:
        with self.assertRaisesRegex(WebhookRefused, reason):
            self._verify(scheme, headers, body)

    def test_body(self) -> None:
        hexadecimal = BodySignature("X-Hub-Signature-256", prefix="sha256=")
        headers = {"x-hub-signature-256": f"sha256={sign(BODY).hex()}"}
        digest = hashlib.sha256(BODY).hexdigest()
        self.assertEqual(self._verify(hexadecimal, headers), digest)
        self._refused("wrong", hexadecimal, headers, b'{"id": 8}')
        self._refused("missing", hexadecimal, {})
        based = BodySignature("X-Shop", "base64")
        headers = {"X-Shop": base64.b64encode(sign(BODY)).decode()}
        self.assertEqual(self._verify(based, headers), digest)
        self._refused("wrong", based, {"X-Shop": "Ä"})

    def test_timed(self) -> None:
        def header(at: int, body: bytes = BODY) -> dict[str, str]:
            signature = sign(f"{at}.".encode() + body).hex()
            return {"Stripe-Signature": f"t={at},v1=00ff,v1={signature}"}

        scheme = TimedSignature()
        self.assertTrue(self._verify(scheme, header(NOW - 100)))
        self._refused("301 s away", scheme, header(NOW - 301))
        self._refused("301 s away", scheme, header(NOW + 301))
        self._refused("wrong", scheme, header(NOW, b"other"))
        self._refused("time .* missing", scheme, {"Stripe-Signature": "v1=00"})
        moved = header(NOW - 1000)["Stripe-Signature"]
        moved = moved.replace(f"t={NOW - 1000}", f"t={NOW}")
        self._refused("wrong", scheme, {"Stripe-Signature": moved})

    def test_standard(self) -> None:
        key = "whsec_" + base64.b64encode(SECRET.encode()).decode()

        def headers(event_id: str, signed_id: str = "") -> dict[str, str]:
            content = f"{signed_id or event_id}.{NOW}.".encode() + BODY
            signature = base64.b64encode(sign(content)).decode()
            return {
                "webhook-id": event_id,
                "webhook-timestamp": str(NOW),
                "webhook-signature": f"v2,x v1,{signature}",
            }

        scheme = StandardSignature()
        self.assertEqual(self._verify(scheme, headers("evt_1")), "evt_1")
        request = WebhookRequest(BODY, headers("evt_1"))
        self.assertEqual(scheme.verify(request, key, NOW, 300), "evt_1")
        self._refused("wrong", scheme, headers("evt_2", signed_id="evt_1"))
        with self.assertRaisesRegex(WebhookRefused, "not base64"):
            scheme.verify(request, "whsec_!", NOW, 300)
        with self.assertRaisesRegex(WebhookRefused, "away"):
            scheme.verify(request, SECRET, NOW + 400, 300)

    def test_token(self) -> None:
        scheme = SharedToken()
        self.assertTrue(self._verify(scheme, {"X-Webhook-Token": SECRET}))
        self._refused("wrong", scheme, {"X-Webhook-Token": "guess"})

    def test_payload(self) -> None:
        self.assertEqual(WebhookRequest(BODY).payload, {"id": 7})
        self.assertIsNone(WebhookRequest(b"\xff").payload)
