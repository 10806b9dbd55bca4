# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The components that handle what backends tell us."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from odoo.addons.component.core import AbstractComponent

from ..exception import InvalidDataError
from .synchronizer.sync_jobs import delay_import_deleted, delay_import_record

if TYPE_CHECKING:
    from ..models.connector_webhook_event import ConnectorWebhookEvent

__all__ = ["WebhookHandler", "WebhookImporter"]


class WebhookHandler(AbstractComponent):
    """Base of what handles webhook events; all that handle a topic are run."""

    _name = "base.webhook.handler"
    _inherit = "base.connector"
    _usage = "webhook.handler"

    #: topics it handles, with ``*`` for any part: ``("order.*", "product.updated")``
    _topics: tuple[str, ...] = ()

    def handles(self, event: ConnectorWebhookEvent) -> bool:
        """Tell whether the event is one for this component."""
        topic = event.topic or ""
        return any(fnmatchcase(topic, pattern) for pattern in self._topics)

    def run(self, event: ConnectorWebhookEvent) -> str:
        """Handle the event, in a job of its own, and return a message."""
        raise NotImplementedError(f"{self._name!r} does not define run()")


class WebhookImporter(AbstractComponent):
    """Import the record that an event is about, by a job.

    ::

        class XWebhookImporter(Component):
            _name = "x.webhook.importer"
            _inherit = "generic.webhook.importer"
            _collection = "x.backend"
            _imports = {"order.*": "x.sale.order"}
            _deletions = {"product.deleted": "x.product.product"}
    """

    _name = "generic.webhook.importer"
    _inherit = "base.webhook.handler"

    #: binding model by topic, of records to import
    _imports: Mapping[str, str] = {}
    #: binding model by topic, of records that were deleted; these come first
    _deletions: Mapping[str, str] = {}

    def handles(self, event: ConnectorWebhookEvent) -> bool:
        """Tell whether the event is about one of the models."""
        return any(
            self._model_of(event, way) for way in (self._deletions, self._imports)
        )

    def run(self, event: ConnectorWebhookEvent) -> str:
        """Create the job that imports the record, or its deletion."""
        external_id = self.external_id(event)
        if external_id in (None, False, ""):
            raise InvalidDataError(
                f"the event {event.topic!r} names no record: override external_id() of "
                f"{self._name!r}"
            )
        deleted = self._model_of(event, self._deletions)
        if deleted:
            source = self.component(usage="deletion.importer", model_name=deleted)
            job = delay_import_deleted(source, [external_id])
        else:
            model = self._model_of(event, self._imports)
            source = self.component(usage="record.importer", model_name=model)
            job = delay_import_record(source, external_id)
        return job.description

    def external_id(self, event: ConnectorWebhookEvent) -> Any:
        """Return the id of the record that the event is about."""
        payload = event.json
        if not isinstance(payload, dict):
            return None
        data = payload.get("data")
        for part in (data, payload):
            if isinstance(part, dict) and part.get("id") is not None:
                return part["id"]
        return None

    def _model_of(
        self, event: ConnectorWebhookEvent, models: Mapping[str, str]
    ) -> str | None:
        topic = event.topic or ""
        for pattern, model in models.items():
            if fnmatchcase(topic, pattern):
                return model
        return None
