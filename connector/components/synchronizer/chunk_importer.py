# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Import of some hundred records in one transaction, as one and yet one by one."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import psycopg2

from odoo.addons.component.core import Component
from odoo.addons.queue_job.exception import RetryableJobError

from ...database import pg_try_advisory_locks
from ...exception import (
    BackendPausedError,
    GaveWayError,
    IDMissingInBackend,
    NetworkRetryableError,
)
from ..backend_adapter import read_by_id
from ..import_path import ImportPath
from .importer import GenericImporter
from .matching import find_existing_together
from .sync_jobs import delay_import_chunk, delay_import_record

__all__ = ["ChunkImporter"]

_logger = logging.getLogger(__name__)

#: the backend is out of reach for the next record as well
_UNREACHABLE = (BackendPausedError, NetworkRetryableError)


@dataclass
class _Tally:
    """What became of the records of a chunk."""

    done: int = 0
    skipped: int = 0
    gone: int = 0
    #: have a job of their own, that tells what is wrong with them
    apart: int = 0
    #: in a new chunk, because the backend could not be reached any more
    left: int = 0


class ChunkImporter(Component):
    """Import many records with few queries, with the importer of each.

    The records are read together (``read_many()`` of the adapter), found together,
    locked together, and new ones are created together. When one of them fails, all
    are done again one by one: what cannot be imported takes nothing along, it gets a
    job of its own, where its error is seen. When the backend goes away in the middle,
    what is done stays done, and a new job has the rest.

    An importer that overrides ``run()``, ``_import()`` or ``_create()`` does so for
    each record. Everything happens in the transaction of the caller, who commits.
    """

    _name = "generic.chunk.importer"
    _inherit = "base.importer"
    _usage = "chunk.importer"

    def run(
        self, external_ids: Iterable[Any], force: bool = False, **kwargs: Any
    ) -> str:
        """Import the records and return what became of them.

        :param kwargs: passed on to the importer of each record
        :raises RetryableJobError: the backend cannot be reached, or another transaction
            makes what is missing here: nothing was done
        """
        ids = list(dict.fromkeys(external_ids))
        self.force, self.options = force, kwargs
        self.tally = _Tally()
        self.binder.prefetch(ids)
        ids = self._lock(self._read(ids))
        with ImportPath.of(self.work).memory(self.env.cr):
            self._import_all(ids)
        return self._message()

    def _import_all(self, external_ids: list[Any]) -> None:
        """Import the records together, or else one by one."""
        before = replace(self.tally)
        try:
            with self.env.cr.savepoint(), self._retry_unique_violation():
                self._import_together(external_ids)
        except psycopg2.extensions.TransactionRollbackError:
            raise
        except Exception as exc:
            if _is_lost_race(exc):
                raise  # nothing is wrong with any record: later all go together
            _logger.info("%s: one by one, because of %r", self.model._name, exc)
            self.tally = before
            self._import_one_by_one(external_ids)

    def _read(self, external_ids: list[Any]) -> list[Any]:
        """Read the records together, if the adapter can; return those that exist."""
        self.records: dict[str, Any] = {}
        if not hasattr(self.backend_adapter, "read_many"):
            return external_ids  # each importer reads its own
        self.records = read_by_id(self.backend_adapter, external_ids)
        found = [id_ for id_ in external_ids if str(id_) in self.records]
        self.tally.gone = len(external_ids) - len(found)
        return found

    def _lock(self, external_ids: list[Any]) -> list[Any]:
        """Lock the records; those that another transaction imports come later."""
        importer = self._importer()
        names = {id_: importer._lock_name(id_) for id_ in external_ids}
        free = pg_try_advisory_locks(self.env, names.values())
        for external_id, name in names.items():
            if name not in free:
                self._set_apart(external_id, "another transaction imports it")
        return [id_ for id_, name in names.items() if name in free]

    def _importer(self) -> GenericImporter:
        return self.component(usage="record.importer")

    # All together

    def _import_together(self, external_ids: list[Any]) -> None:
        """Import the records; what cannot be read or is not wanted goes before."""
        ready: list[GenericImporter] = []
        outcomes: list[tuple[GenericImporter, str]] = []
        for external_id in external_ids:
            importer = self._importer()
            if _overrides(importer, "run", "_import", "_create"):
                self._run(importer, external_id)
                self.tally.done += 1
                continue
            try:
                message = self._prepare(importer, external_id)
            except (psycopg2.Error, GaveWayError, *_UNREACHABLE):
                raise
            except Exception as exc:
                self._give_up(importer, external_id, exc)
                continue
            if message is None:
                ready.append(importer)
            else:
                outcomes.append((importer, message))
        self.tally.skipped += len(outcomes)
        self.tally.done += len(ready)
        if ready:
            outcomes += self._write_together(ready)
        if outcomes:
            outcomes[0][0]._note_outcomes(outcomes)

    def _prepare(self, importer: GenericImporter, external_id: Any) -> str | None:
        """Read a record; return why it is not to be imported, None when it is."""
        record = self.records.get(str(external_id))
        importer._start(external_id, record, None, self.options)
        own_match = _overrides(importer, "_find_existing", "_with_existing")
        importer._matched_by_chunk = not own_match
        with importer._guard_against_cycles():
            message = importer._prepare(self.force)
        self.records[str(external_id)] = importer.external_record
        return message

    def _write_together(
        self, importers: list[GenericImporter]
    ) -> list[tuple[GenericImporter, str]]:
        """Update the known records, then create the new ones; return the messages."""
        importers[0]._before_chunk(importers)
        new, outcomes = [], []
        for importer in importers:
            with importer._guard_against_cycles():
                importer._import_dependencies_first()
                binding = importer._get_binding()
                if binding:
                    outcomes.append((importer, importer._import(binding)))
                else:
                    new.append((importer, importer._values(binding)))
        return outcomes + self._create_together(new)

    def _create_together(
        self, new: list[tuple[GenericImporter, dict[str, Any]]]
    ) -> list[tuple[GenericImporter, str]]:
        """Create the bindings, in as few queries as the ORM needs."""
        waiting, outcomes = [], []
        for importer, values in new:
            # Another one may have needed it, and imported it as a dependency.
            binding = importer._get_binding()
            if binding:
                outcomes.append((importer, importer._import(binding)))
            else:
                waiting.append((importer, importer._complete(values)))
        if not waiting:
            return outcomes
        self._bind_to_existing(waiting)
        first = waiting[0][0]
        records = first._write_model().create([values for _importer, values in waiting])
        importers = [importer for importer, _values in waiting]
        created = list(zip(importers, records.with_env(self.env), strict=True))
        for importer, binding in created:
            importer._bind(binding)
        first._after_chunk(created)
        return outcomes + [(item, item._imported(binding)) for item, binding in created]

    def _bind_to_existing(
        self, new: list[tuple[GenericImporter, dict[str, Any]]]
    ) -> None:
        """Bind to the normal records that match, instead of creating others."""
        field = self.binder._odoo_field
        if field not in self.model._fields:
            return
        free = [
            item for item in new if item[0]._matched_by_chunk and not item[1].get(field)
        ]
        for rank, existing in find_existing_together(free).items():
            free[rank][1][field] = existing.id

    # One by one

    def _import_one_by_one(self, external_ids: list[Any]) -> None:
        """Import what can be; the failure of one undoes what it wrote, no more."""
        for rank, external_id in enumerate(external_ids):
            importer = self._importer()
            try:
                with self.env.cr.savepoint():
                    self._run(importer, external_id)
                self.tally.done += 1
            except psycopg2.extensions.TransactionRollbackError:
                raise
            except _UNREACHABLE as exc:
                if not rank:
                    raise
                self._leave(external_ids[rank:], exc)
                return
            except Exception as exc:
                self._give_up(importer, external_id, exc)

    def _run(self, importer: GenericImporter, external_id: Any) -> None:
        record = self.records.get(str(external_id))
        importer.run(
            external_id, force=self.force, external_record=record, **self.options
        )

    # What is not imported here

    def _give_up(
        self, importer: GenericImporter, external_id: Any, error: Exception
    ) -> None:
        """Leave a record to its own job, unless the backend has it no more."""
        missing = isinstance(error, IDMissingInBackend)
        if missing and importer.external_record is None:
            self.tally.gone += 1
        else:  # what is missing may be something it depends on
            self._set_apart(external_id, error)

    def _set_apart(self, external_id: Any, reason: Any) -> None:
        """Give a record a job of its own, where its error is seen."""
        _logger.info(
            "%s %s gets a job of its own: %s", self.model._name, external_id, reason
        )
        self.tally.apart += 1
        delay_import_record(self, external_id, force=self.force, **self.options)

    def _leave(self, external_ids: list[Any], exc: RetryableJobError) -> None:
        """Have the rest imported once the backend can be reached again."""
        _logger.info("%s: the rest of the chunk waits: %s", self.model._name, exc)
        self.tally.left = len(external_ids)
        options = {"eta": exc.seconds} if exc.seconds else {}
        delay_import_chunk(
            self, external_ids, options, force=self.force, **self.options
        )

    def _message(self) -> str:
        tally = self.tally
        counts = [
            (tally.done, self.env._("imported")),
            (tally.skipped, self.env._("skipped or up-to-date")),
            (tally.gone, self.env._("deleted in the backend meanwhile")),
            (tally.apart, self.env._("have a job of their own")),
            (tally.left, self.env._("wait for the backend in another job")),
        ]
        return ", ".join(f"{count} {what}" for count, what in counts if count)


def _overrides(importer: GenericImporter, *names: str) -> bool:
    """Tell whether a connector has its own way of these steps."""
    cls = type(importer)
    return any(
        getattr(cls, name, None) is not getattr(GenericImporter, name) for name in names
    )


def _is_lost_race(exc: Exception) -> bool:
    """Return whether another transaction was faster; in a new one nothing is wrong.

    Its bindings may be there already, where our snapshot does not show them: one by one
    each record would fail on those that it depends on.
    """
    if not isinstance(exc, RetryableJobError):
        return False
    cause = exc.__cause__
    return exc.ignore_retry or (
        isinstance(cause, psycopg2.errors.UniqueViolation)
        and str(cause.diag.constraint_name).endswith("_backend_external_uniq")
    )
