# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The events that backends told us."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from odoo import SUPERUSER_ID, api, fields, models

from ..http.webhook import parse_payload
from .after_rollback import call_after_rollback
from .external_binding_mixin import MAX_ERROR_LENGTH, is_postponed

if TYPE_CHECKING:
    from typing import Self

    from odoo.addons.component.core import WorkContext

__all__ = ["ConnectorWebhookEvent"]

DAYS_KEPT = 30
PURGED_AT_ONCE = 10_000


class ConnectorWebhookEvent(models.Model):
    """An event, as it was received, and what became of it."""

    _name = "connector.webhook.event"
    _description = "Connector Webhook Event"
    _order = "id DESC"
    _rec_name = "topic"

    backend_model = fields.Char(required=True, readonly=True)
    backend_id = fields.Many2oneReference(
        model_field="backend_model", required=True, readonly=True
    )
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    event_id = fields.Char(
        string="Event ID", readonly=True, copy=False, help="Empty when it was refused."
    )
    topic = fields.Char(readonly=True)
    payload = fields.Text(readonly=True)
    remote = fields.Char(string="From", readonly=True)
    state = fields.Selection(
        [
            ("pending", "Pending"),
            ("done", "Done"),
            ("ignored", "Ignored"),
            ("failed", "Failed"),
            ("refused", "Refused"),
        ],
        default="pending",
        required=True,
        readonly=True,
        index=True,
    )
    error = fields.Text(readonly=True)
    result = fields.Text(readonly=True)
    replays = fields.Integer(
        readonly=True, help="How often it was received again, without effect."
    )
    job_uuid = fields.Char(string="Job UUID", readonly=True)

    _event_uniq = models.UniqueIndex(
        "(backend_model, backend_id, event_id) WHERE event_id IS NOT NULL",
        "This event was received already.",
    )

    @property
    def json(self) -> Any:
        """The payload, that is JSON; None when it is not."""
        return parse_payload(self.payload or "")

    def _backend(self) -> models.BaseModel | None:
        """Return the backend, None once it or its model is gone."""
        model = self.env.get(self.backend_model)
        return None if model is None else (model.browse(self.backend_id).exists())

    # Received

    @api.model
    def _values_for(self, backend: models.BaseModel) -> dict[str, Any]:
        has_company = "company_id" in backend._fields
        return {
            "backend_model": backend._name,
            "backend_id": backend.id,
            "company_id": backend.company_id.id if has_company else False,
        }

    @api.model
    def _refused_today(self, backend: models.BaseModel) -> int:
        since = fields.Datetime.now() - timedelta(days=1)
        return self.search_count(
            [
                ("backend_model", "=", backend._name),
                ("backend_id", "=", backend.id),
                ("state", "=", "refused"),
                ("create_date", ">", since),
            ]
        )

    @api.model
    def _was_received(self, values: dict[str, Any]) -> bool:
        """Tell whether an event was received before, and count that it came again."""
        names = ("backend_model", "backend_id", "event_id")
        event = self.search([(name, "=", values[name]) for name in names])
        for known in event.try_lock_for_update():
            known.replays += 1
        return bool(event)

    # Processed

    def _delay_processing(self) -> None:
        for event in self:
            # Whoever called has no user, and who tries again decides nothing of what
            # is imported: the job is the system's, in the company of the backend.
            system = event.with_user(SUPERUSER_ID).with_company(event.company_id)
            job = system.with_delay(
                description=self.env._(
                    "Webhook %(topic)s of %(backend)s",
                    topic=event.topic or event.event_id,
                    backend=event._backend().display_name,
                ),
                identity_key=f"connector.webhook:{event.id}",
            ).process()
            event.job_uuid = job.uuid

    @api.private
    def process(self) -> str:
        """Have the event handled, by the components that handle its topic.

        :raises RetryableJobError: the backend is paused
        """
        self.ensure_one()
        backend = self._backend()
        if not backend:
            return self._processed("ignored", self.env._("The backend was deleted."))
        backend._check_sync_allowed()
        context = {"job_uuid": self.env.context.get("job_uuid")}
        try:
            with backend.with_context(**context).work_on(self._name) as work:
                results = [handler.run(self) for handler in self._handlers(work)]
        except Exception as exc:
            if not is_postponed(exc):
                error = f"{type(exc).__name__}: {exc}"[:MAX_ERROR_LENGTH]
                call_after_rollback(
                    self.env, self._name, "_write_error", self.id, error
                )
            raise
        if not results:
            message = self.env._("Nothing handles the topic %s.", self.topic or "")
            return self._processed("ignored", message)
        return self._processed("done", "\n".join(str(result) for result in results))

    def _handlers(self, work: WorkContext) -> list[Any]:
        handlers = work.many_components(usage="webhook.handler")
        return [handler for handler in handlers if handler.handles(self)]

    def _processed(self, state: str, result: str) -> str:
        self.write({"state": state, "result": result, "error": False})
        return result

    @api.model
    def _write_error(self, event_id: int, error: str) -> None:
        """Keep an error of the job, that is rolled back."""
        event = self.browse(event_id).exists().try_lock_for_update()
        event.write({"state": "failed", "error": error})

    def action_retry(self) -> None:
        """Process again what failed, or was ignored."""
        self.check_access("read")
        events: Self = self.sudo().filtered(
            lambda event: event.state in ("failed", "ignored")
        )
        events.write({"state": "pending", "error": False})
        events._delay_processing()

    @api.autovacuum
    def _purge(self) -> tuple[int, bool]:
        """Delete what is old and over; return how many, and whether there are more."""
        limit = fields.Datetime.now() - timedelta(days=DAYS_KEPT)
        old = self.search(
            [("create_date", "<", limit), ("state", "!=", "pending")],
            limit=PURGED_AT_ONCE,
        )
        old.unlink()
        return len(old), len(old) == PURGED_AT_ONCE
