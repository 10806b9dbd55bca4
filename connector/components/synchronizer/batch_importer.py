# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Import of all the records that match: now, by a job for each, or by chunks."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from odoo import fields
from odoo.tools import split_every, unique
from odoo.tools.constants import PREFETCH_MAX

from odoo.addons.component.core import AbstractComponent

from ..backend_adapter import read_by_id
from .cursor import CursorAdvance
from .sync_jobs import delay_import_chunk, delay_import_record

if TYPE_CHECKING:
    from odoo.addons.queue_job.job import Job

__all__ = [
    "BatchImporter",
    "BatchReader",
    "ChunkedBatchImporter",
    "DelayedBatchImporter",
    "DirectBatchImporter",
]

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
        return self._done(self._import_all(self._search(filters), **kwargs))

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
        changes = self._search_changes(advance.since, filters)
        count = self._import_all(advance.watch(changes), **kwargs)
        advance.save()
        return self._done(count)

    def _import_all(self, external_ids: Iterable[Any], **kwargs: Any) -> int:
        """Import records, or have them imported; return how many."""
        count = 0
        for external_id in external_ids:
            self._import_record(external_id, **kwargs)
            count += 1
        return count

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
        options = {**self._job_options(external_id), **(job_options or {})}
        return delay_import_record(self, external_id, options, **kwargs)

    def _job_options(self, external_id: Any) -> dict[str, Any]:
        """Return the options of ``with_delay()``: channel, priority and so on."""
        return {}


class BatchReader(AbstractComponent):
    """Read the records to import by many, and hand each one to its importer.

    For backends where a call costs more than what it brings: one call for
    ``_read_together`` records instead of one for each. The jobs carry the records;
    a job that waited too long reads its own again. To be named before the importer
    it works for::

        _inherit = ["generic.batch.reader", "generic.delayed.batch.importer"]
    """

    _name = "generic.batch.reader"
    _inherit = "generic.batch.importer"

    _read_together = 100  # records

    def _import_all(self, external_ids: Iterable[Any], **kwargs: Any) -> int:
        count = 0
        for ids in split_every(self._read_together, external_ids, list):
            read_at = fields.Datetime.now()  # before: what changes then is not missed
            records = read_by_id(self.backend_adapter, ids)
            for external_id in ids:
                record = records.get(str(external_id))
                self._import_record(
                    external_id, external_record=record, read_at=read_at, **kwargs
                )
            count += len(ids)
        return count


class ChunkedBatchImporter(AbstractComponent):
    """Create a job for each chunk of records.

    A job of its own for each of 10,000 small records costs more than importing them;
    see ``generic.chunk.importer`` for how a chunk is imported.
    """

    _name = "generic.chunked.batch.importer"
    _inherit = "generic.batch.importer"
    _usage = "chunked.batch.importer"

    #: records of a chunk; by default 1000 when the adapter reads them together, 100
    #: when each takes a call
    _chunk_size: int | None = None

    def _import_all(
        self,
        external_ids: Iterable[Any],
        job_options: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> int:
        count = 0
        # A backend may list a record once for each of its parts that changed.
        every = unique(external_ids)
        for ids in split_every(self._records_per_chunk(), every, list):
            options = {**self._job_options(ids), **(job_options or {})}
            delay_import_chunk(self, ids, options, **kwargs)
            count += len(ids)
        return count

    def _records_per_chunk(self) -> int:
        if self._chunk_size:
            return self._chunk_size
        return 1000 if hasattr(self.backend_adapter, "read_many") else 100

    def _job_options(self, external_ids: list[Any]) -> dict[str, Any]:
        """Return the options of ``with_delay()``: channel, priority and so on."""
        return {}
