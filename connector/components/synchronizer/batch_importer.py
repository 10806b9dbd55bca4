# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Import of all the records that match, now or by a job for each."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from odoo.tools import split_every
from odoo.tools.constants import PREFETCH_MAX

from odoo.addons.component.core import AbstractComponent

from .cursor import CursorAdvance

if TYPE_CHECKING:
    from odoo.addons.queue_job.job import Job

__all__ = ["BatchImporter", "DelayedBatchImporter", "DirectBatchImporter"]

_logger = logging.getLogger(__name__)


class BatchImporter(AbstractComponent):
    """Search the backend and import, one way or the other, what is found."""

    _name = "generic.batch.importer"
    _inherit = "base.importer"
    _usage = "batch.importer"

    def run(self, filters: dict[str, Any] | None = None, **kwargs: Any) -> str:
        """Import the records that match ``filters``; return how many.

        :param kwargs: passed on to ``_import_record()``
        """
        count = 0
        for external_id in self._search(filters):
            self._import_record(external_id, **kwargs)
            count += 1
        return self._done(count)

    def run_since_last(
        self, filters: dict[str, Any] | None = None, full: bool = False, **kwargs: Any
    ) -> str:
        """Import what changed since the last time this was run.

        The cursor of the backend advances in the transaction that imports, or that
        creates the jobs: when it fails, the same changes are found the next time.
        How far it advances is told by the clock of the backend (``server_time()`` of
        the adapter, else the dates of change), never by ours.

        :param full: import everything, and start again from there
        :raises RetryableJobError: another batch of this model is running
        """
        advance = CursorAdvance(self, full=full)
        count = 0
        for external_id, changed_at in self._search_changes(advance.since, filters):
            self._import_record(external_id, **kwargs)
            advance.saw(changed_at)
            count += 1
        advance.save()
        return self._done(count)

    def _search(self, filters: dict[str, Any] | None) -> Iterable[Any]:
        """Return the external ids that match."""
        return self.backend_adapter.search(filters)

    def _search_changes(
        self, since: str | None, filters: dict[str, Any] | None
    ) -> Iterable[tuple[Any, str | None]]:
        """Return ``(external id, date of change)`` of what changed since a date.

        ``since`` and the dates are written as the backend writes them. The adapter
        must have ``search_changes(since, filters)``; a date may be None when the
        backend tells none.
        """
        return self.backend_adapter.search_changes(since, filters)

    def _import_record(
        self,
        external_id: Any,
        job_options: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> Any:
        """Import a record, or have it imported."""
        raise NotImplementedError(
            f"{self._name!r} must inherit from generic.direct.batch.importer or "
            f"generic.delayed.batch.importer"
        )

    def _done(self, count: int) -> str:
        _logger.info("%s: %s records of %r", self._name, count, self.backend_record)
        return self.env._(
            "%(count)s records of %(model)s found.", count=count, model=self.model._name
        )


class DirectBatchImporter(AbstractComponent):
    """Import each record at once, in the transaction of the batch.

    For some hundred records: one that fails takes the others along, and each holds
    its lock to the end.
    """

    _name = "generic.direct.batch.importer"
    _inherit = "generic.batch.importer"
    _usage = "direct.batch.importer"

    def _search(self, filters: dict[str, Any] | None) -> Iterable[Any]:
        for ids in split_every(PREFETCH_MAX, super()._search(filters), list):
            self.binder.prefetch(ids)
            yield from ids

    def _search_changes(
        self, since: str | None, filters: dict[str, Any] | None
    ) -> Iterable[tuple[Any, str | None]]:
        changes = super()._search_changes(since, filters)
        for some in split_every(PREFETCH_MAX, changes, list):
            self.binder.prefetch(external_id for external_id, _date in some)
            yield from some

    def _import_record(
        self,
        external_id: Any,
        job_options: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> Any:
        """Import the record; ``job_options`` has no meaning here."""
        importer = self.component(usage="record.importer")
        return importer.run(external_id, **kwargs)


class DelayedBatchImporter(AbstractComponent):
    """Create a job for each record.

    A record for which a job waits already gets no second one.
    """

    _name = "generic.delayed.batch.importer"
    _inherit = "generic.batch.importer"
    _usage = "delayed.batch.importer"

    def _import_record(
        self,
        external_id: Any,
        job_options: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> Job:
        """Create the job that imports the record, in the current transaction."""
        options = {
            "identity_key": self._identity_key(external_id),
            **self._job_options(external_id),
            **(job_options or {}),
        }
        delayed = self.model.with_delay(**options)
        return delayed.import_record(self.backend_record, external_id, **kwargs)

    def _job_options(self, external_id: Any) -> dict[str, Any]:
        """Return the options of ``with_delay()``: channel, priority and so on."""
        return {
            "description": self.env._(
                "Import %(model)s %(external_id)s from %(backend)s",
                model=self.model._description,
                external_id=external_id,
                backend=self.backend_record.display_name,
            )
        }

    def _identity_key(self, external_id: Any) -> str:
        backend = self.backend_record
        return (
            f"connector.import:{backend._name}:{backend.id}:{self.model._name}:"
            f"{external_id}"
        )
