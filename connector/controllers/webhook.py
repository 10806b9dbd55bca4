# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where the backends call."""

from __future__ import annotations

from odoo.http import Controller, Response, request, route

from ..http.webhook import WebhookRequest

__all__ = ["WebhookController"]

MAX_BODY = 2 * 1024 * 1024  # bytes
MAX_ID = 2**31 - 1  # of PostgreSQL's integers
#: Odoo has read these before us, and the bytes that were signed are gone.
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class WebhookController(Controller):
    """One address for each backend, told on its form."""

    @route(
        "/connector/webhook/<string:backend_model>/<int:backend_id>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,  # the signature says who calls
        save_session=False,
        max_content_length=MAX_BODY,
    )
    def receive(self, backend_model: str, backend_id: int, **_params: str) -> Response:
        """Take a call in, and answer at once; a job does the rest."""
        model = request.env.get(backend_model)
        if model is None or not hasattr(model, "_webhook_receive") or model._abstract:
            return _answer(404, "unknown")
        if backend_id > MAX_ID:
            return _answer(404, "unknown")
        # The caller has no user: the signature is checked before anything is done.
        backend = model.sudo().browse(backend_id).exists()
        if not backend or not backend.active or not backend.webhook_enabled:
            return _answer(404, "unknown")
        received = request.httprequest
        if received.mimetype in FORMS:
            return _answer(415, "send JSON, not a form")
        status, message = backend._webhook_receive(
            WebhookRequest(
                received.get_data(),
                dict(received.headers),
                received.remote_addr or "",
            )
        )
        return _answer(status, message)


def _answer(status: int, message: str) -> Response:
    return request.make_json_response({"status": message}, status=status)
