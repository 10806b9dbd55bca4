# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A backend that tells us what happens there."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from odoo import fields, models
from odoo.exceptions import UserError

from ..database import pg_try_advisory_lock
from ..http.webhook import (
    BodySignature,
    SharedToken,
    StandardSignature,
    TimedSignature,
    WebhookRefused,
    WebhookRequest,
)
from .connector_http_backend_mixin import resolve_secret

if TYPE_CHECKING:
    from ..http.webhook import SignatureScheme

__all__ = ["ConnectorWebhookMixin"]

_logger = logging.getLogger(__name__)

MAX_TOPIC = 255  # characters
REFUSED_KEPT = 100  # refused calls kept for a backend and a day: anybody can make them


class ConnectorWebhookMixin(models.AbstractModel):
    """Webhooks of a backend; to be inherited beside ``connector.backend.mixin``.

    What is received is checked, stored as ``connector.webhook.event`` and processed by
    a job, by the components of usage ``webhook.handler``.
    """

    _name = "connector.webhook.mixin"
    _description = "Connector Backend with Webhooks"

    webhook_enabled = fields.Boolean(string="Receive Webhooks", copy=False)
    webhook_scheme = fields.Selection(
        [
            ("hmac_hex", "HMAC-SHA256 of the body, hexadecimal"),
            ("hmac_base64", "HMAC-SHA256 of the body, base64"),
            ("timed", "HMAC-SHA256 of time and body (t=, v1=)"),
            ("standard", "Standard Webhooks"),
            ("token", "Shared token"),
        ],
        string="Signature",
        default="standard",
    )
    webhook_header = fields.Char(
        string="Header",
        help="Header that has the signature or the token; for Standard Webhooks the "
        "start of their names.",
    )
    webhook_topic_header = fields.Char(
        string="Header of the Topic",
        help="Header that tells what happened. Empty: the key type, topic or event of "
        "the body.",
    )
    webhook_secret = fields.Char(
        string="Webhook Secret", groups="base.group_system", copy=False
    )
    webhook_tolerance = fields.Integer(
        string="Tolerance (s)",
        default=300,
        help="How long a signature with a time stays good.",
    )
    webhook_url = fields.Char(string="Webhook Address", compute="_compute_webhook_url")

    def _compute_webhook_url(self) -> None:
        for backend in self:
            base = backend.get_base_url()
            backend.webhook_url = (
                f"{base}/connector/webhook/{backend._name}/{backend.id}"
                if backend.id
                else False
            )

    def _webhook_signature_scheme(self) -> SignatureScheme:
        """Return how the backend signs."""
        header = self.webhook_header
        match self.webhook_scheme:
            case "hmac_hex":
                return BodySignature(header or "X-Signature", "hex", "sha256=")
            case "hmac_base64":
                return BodySignature(header or "X-Signature", "base64")
            case "timed":
                return TimedSignature(header or "Stripe-Signature")
            case "token":
                return SharedToken(header or "X-Webhook-Token")
        return StandardSignature(header or "webhook")

    def _webhook_topic(self, request: WebhookRequest) -> str:
        """Return what happened, in the words of the backend."""
        if self.webhook_topic_header:
            return request.header(self.webhook_topic_header)
        payload = request.payload if isinstance(request.payload, dict) else {}
        for key in ("type", "topic", "event"):
            if isinstance(payload.get(key), str):
                return payload[key]
        return ""

    def _webhook_receive(self, request: WebhookRequest) -> tuple[int, str]:
        """Take a call in; return status and message of the answer.

        What is refused is kept with the reason. What was received before is answered
        like the first time, because its sender may not have got that answer, and is
        not processed again.
        """
        self.ensure_one()
        events = self.env["connector.webhook.event"]
        try:
            secret = resolve_secret(self.env, self.webhook_secret)
            if not secret:
                raise WebhookRefused("the backend has no secret to check with")
            event_id = self._webhook_signature_scheme().verify(
                request, secret, time.time(), self.webhook_tolerance
            )
            topic = _storable(self._webhook_topic(request))
            payload = request.text
        except (WebhookRefused, UserError) as exc:
            self._webhook_keep_refused(request, str(exc))
            return 401, "refused"
        values = {
            **events._values_for(self),
            "event_id": event_id,
            "topic": topic,
            "payload": payload,
            "remote": request.remote,
        }
        # Two copies may arrive at once: the second one is a replay of the first.
        lock = f"connector.webhook({self._name}, {self.id}, {event_id})"
        if not pg_try_advisory_lock(self.env, lock) or events._was_received(values):
            return 200, "received before"
        events.create(values)._delay_processing()
        return 200, "accepted"

    def _webhook_keep_refused(self, request: WebhookRequest, reason: str) -> None:
        _logger.info("webhook of %r from %s: %s", self, request.remote, reason)
        events = self.env["connector.webhook.event"]
        if events._refused_today(self) < REFUSED_KEPT:
            values = {"state": "refused", "error": reason, "remote": request.remote}
            events.create({**events._values_for(self), **values})


def _storable(text: str) -> str:
    """Return a text of JSON without what PostgreSQL has not, and no longer than needed.

    That is NUL characters and halves of surrogate pairs, which ``\\u`` escapes make.
    """
    return text.replace("\0", "").encode(errors="replace").decode()[:MAX_TOPIC]
