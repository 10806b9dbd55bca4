# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The calls that were made to the backends."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import psycopg2

from odoo import SUPERUSER_ID, api, fields, models

if TYPE_CHECKING:
    from odoo.modules.registry import Registry

    from ..http.client import CallInfo

__all__ = ["CallRecorder", "ConnectorCallLog"]

_logger = logging.getLogger(__name__)

BUFFER = 50  # calls kept in memory before they are written
PURGED_AT_ONCE = 10_000


class ConnectorCallLog(models.Model):
    """A call, as it may be shown: without secrets."""

    _name = "connector.call.log"
    _description = "Connector Call"
    _order = "id DESC"
    _rec_name = "url"
    _log_access = False

    date = fields.Datetime(
        required=True, readonly=True, index=True, default=fields.Datetime.now
    )
    backend_model = fields.Char(required=True, readonly=True)
    backend_id = fields.Many2oneReference(
        model_field="backend_model", required=True, readonly=True
    )
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    method = fields.Char(readonly=True)
    url = fields.Char(string="URL", readonly=True)
    status = fields.Integer(readonly=True, aggregator=None)
    error = fields.Char(readonly=True)
    failed = fields.Boolean(readonly=True)
    seconds = fields.Float(readonly=True, digits=(9, 3), aggregator="avg")
    attempt = fields.Integer(readonly=True, aggregator="max")
    job_uuid = fields.Char(string="Job UUID", readonly=True, index="btree_not_null")
    request = fields.Text(readonly=True)
    response = fields.Text(readonly=True)

    _backend_idx = models.Index("(backend_model, backend_id, date)")

    def action_open_job(self) -> dict[str, Any] | bool:
        """Open the job that made the call, when it still exists."""
        self.ensure_one()
        job = self.env["queue.job"].search([("uuid", "=", self.job_uuid)], limit=1)
        if not self.job_uuid or not job:
            return False
        return {
            "type": "ir.actions.act_window",
            "res_model": job._name,
            "res_id": job.id,
            "view_mode": "form",
        }

    @api.autovacuum
    def _purge(self) -> tuple[int, bool]:
        """Delete what is older than its backend says; return how many, and if more."""
        deleted = remaining = 0
        groups = self._read_group([], ["backend_model", "backend_id"], ["id:count"])
        for model_name, backend_id, _count in groups:
            limit = fields.Datetime.now() - timedelta(
                days=self._days_kept(model_name, backend_id)
            )
            old = self.search(
                [
                    ("backend_model", "=", model_name),
                    ("backend_id", "=", backend_id),
                    ("date", "<", limit),
                ],
                limit=PURGED_AT_ONCE,
            )
            deleted += len(old)
            remaining += len(old) == PURGED_AT_ONCE
            old.unlink()
        return deleted, bool(remaining)

    def _days_kept(self, model_name: str, backend_id: int) -> int:
        model = self.env.get(model_name)
        if model is None or "call_log_days" not in model._fields:
            return 0
        backend = model.browse(backend_id).exists()
        return backend.call_log_days if backend else 0


class CallRecorder:
    """Writes calls in a transaction of its own, so that no rollback takes them away.

    They are gathered while a job works with the backend, and written when it is done
    with it, whatever its end.
    """

    def __init__(self, backend: models.BaseModel, errors_only: bool) -> None:
        self._registry: Registry = backend.pool
        self._errors_only = errors_only
        self._common = {
            "backend_model": backend._name,
            "backend_id": backend.id,
            "company_id": backend.company_id.id,
            "job_uuid": backend.env.context.get("job_uuid") or False,
        }
        self._waiting: list[dict[str, Any]] = []

    def __call__(self, call: CallInfo) -> None:
        """Take note of a call."""
        failed = bool(call.error) or (call.status or 0) >= 400
        if self._errors_only and not failed:
            return
        self._waiting.append(
            {
                **self._common,
                **call._asdict(),
                "status": call.status or 0,
                "date": fields.Datetime.now(),
                "failed": failed,
            }
        )
        if len(self._waiting) >= BUFFER:
            self.write()

    def write(self) -> None:
        """Write what was gathered, and commit it."""
        calls, self._waiting = self._waiting, []
        if not calls:
            return
        try:
            with self._registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                env["connector.call.log"].create(calls)
        except psycopg2.IntegrityError:
            # The company is as new as the transaction that makes the calls.
            _logger.info("%s calls are of a company not committed yet", len(calls))
        except Exception:
            # The work that made the calls must not fail because of their log.
            _logger.warning("Could not log %s calls", len(calls), exc_info=True)
