# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Metrics and health over HTTP: off until there is a token."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from werkzeug.exceptions import BadRequest, NotFound, Unauthorized

from odoo import SUPERUSER_ID, api, http
from odoo.http import Response, request
from odoo.sql_db import BaseCursor

from ..models.res_config_settings import MONITORING_TOKEN
from ..operate import health, metrics
from ..runtime.settings import read_values
from .database import asked_registry

_SCHEME: Final = "Bearer "


class MonitoringController(http.Controller):
    """What a monitoring system asks; answers no name of a job, a record or a value."""

    @http.route(
        "/queue_job/metrics",
        type="http",
        auth="none",
        methods=["GET"],
        save_session=False,
        readonly=False,
    )
    def metrics(self, db: str | None = None, **_params: str) -> Response:
        """Answer with the metrics of a database, in Prometheus' text format."""
        with _cursor(db) as cr:
            text = metrics.render(cr)
        return Response(text, content_type=metrics.CONTENT_TYPE)

    @http.route(
        "/queue_job/health",
        type="http",
        auth="none",
        methods=["GET"],
        save_session=False,
        readonly=False,
    )
    def health(
        self, db: str | None = None, max_wait: str | None = None, **_params: str
    ) -> Response:
        """Answer with the health of a database in JSON; status 503 when it is bad.

        ``max_wait``: seconds a job may wait for a worker.
        """
        with _cursor(db) as cr:
            found = health.examine(cr, _seconds(max_wait))
        return Response(
            json.dumps(found.as_json()),
            status=200 if found.is_healthy else 503,
            content_type="application/json",
        )


@contextmanager
def _cursor(db: str | None) -> Iterator[BaseCursor]:
    """Yield a cursor on the database asked for, to who knows its token.

    Not the read-only cursors of a replica: it knows no locks, so no worker.

    :raises NotFound: without a database that has the job queue, or when it is off
    :raises Unauthorized: for another token or none
    """
    registry = asked_registry(db)
    if registry is None:
        raise NotFound("Name a database that has the job queue: ?db=...")
    with registry.cursor() as cr:
        _check_token(cr)
        yield cr


def _check_token(cr: BaseCursor) -> None:
    """Let through who knows the token, compared in constant time.

    :raises NotFound: when monitoring is off
    :raises Unauthorized: for another token or none
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    token = read_values().get("monitoring_token") or env[
        "ir.config_parameter"
    ].get_param(MONITORING_TOKEN)
    if not token:
        raise NotFound("Monitoring of the job queue is off: it has no token.")
    given = request.httprequest.headers.get("Authorization", "")
    wanted = f"{_SCHEME}{token}"
    if not hmac.compare_digest(given.encode(), wanted.encode()):
        raise Unauthorized("Send the token: Authorization: Bearer ...")


def _seconds(text: str | None) -> float | None:
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise BadRequest(f"max_wait must be seconds, not {text!r}.")
    return seconds
